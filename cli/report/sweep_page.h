// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/sweep/analysis.h"

namespace weft::cli::report {

/// One self-contained HTML page about a sweep: its front as a table and as plots, what each axis
/// does, every point, and how to run it again.
std::string sweep_page(const sweep::Analysis& analysis);

}  // namespace weft::cli::report
