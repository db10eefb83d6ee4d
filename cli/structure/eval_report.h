// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/structure/eval.h"
#include "cli/table.h"

namespace weft::cli {

/// The document of an evaluation, schema "weft.structure-eval/1".
nlohmann::ordered_json evaluation_json(const Evaluation& evaluation);

/// A row for each run; those of the front are marked with '*', those that win with '<'.
Table evaluation_table(const Evaluation& evaluation);

/// "h200, 4096 tokens: monarch, 2.1x as fast as dense with an error of 3.0 %", a line for each
/// machine and number of tokens; empty where no error is allowed for.
std::string winners(const Evaluation& evaluation);

/// A page with the table, and the front of time against error for each machine and number of
/// tokens.
std::string evaluation_page(const Evaluation& evaluation);

}  // namespace weft::cli
