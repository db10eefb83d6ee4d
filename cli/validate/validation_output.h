// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/table.h"
#include "cli/validate/validation.h"

namespace weft::cli::validate {

/// The figures of a validation. Every suite has every field; one that is undefined is null.
nlohmann::ordered_json validation_json(const Validation& validation);

/// The same for people: a line for each group and one for all.
Table validation_table(const Validation& validation);

/// The rows that were tried, as CSV: the columns of the table, then quantity, reference,
/// prediction, error_percent, three columns for each figure beside, and why a row was skipped.
std::string validation_rows_csv(const Validation& validation);

}  // namespace weft::cli::validate
