// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/run.h"

namespace weft::cli::report {

/// One self-contained HTML page about some runs: it asks for nothing from outside.
std::string page(const RunFile& file);

}  // namespace weft::cli::report
