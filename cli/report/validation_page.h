// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/validate/validation.h"

namespace weft::cli::report {

/// One self-contained HTML page about a validation: predictions over measurements with the line
/// where they agree, signed errors over measurements, and the error statistics of every group.
std::string validation_page(const validate::Validation& validation);

}  // namespace weft::cli::report
