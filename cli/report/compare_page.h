// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/compare.h"

namespace weft::cli::report {

/// One self-contained HTML page about a comparison: every speedup, and for each pair of runs what
/// differs in their machines and mappings, in their figures, and which phases and stalls moved.
std::string compare_page(const ComparisonReport& report);

}  // namespace weft::cli::report
