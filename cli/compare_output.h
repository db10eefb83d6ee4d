// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/compare.h"
#include "cli/table.h"

namespace weft::cli {

/// The times of every pair of runs, and those past the tolerance in red.
Table times_table(const ComparisonReport& report);

/// Where two runs spend differently; of many places of a kind those that changed most.
Table differences_table(const Comparison& pair);

/// Speedups of the runs beside published ones.
Table speedups_table(const ComparisonReport& report);

}  // namespace weft::cli
