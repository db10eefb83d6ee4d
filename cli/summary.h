// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/run.h"
#include "cli/table.h"

namespace weft::cli {

/// The native run beside which `run` stands: of the same operation on the same input. Null where
/// there is none.
const Run* native_of(const std::vector<Run>& runs, const Run& run);

/// The first run of the same input on the same machine that has a result: the base of "vs first".
/// Null for native runs.
const Run* first_of(const std::vector<Run>& runs, const Run& run);

/// How many times faster `run` is than `base`; undefined where either has no time.
double speedup_over(const Run* base, const Run& run);

/// One row for each run: time, speedups, bandwidth, IPC, what binds it and whether its values are
/// right.
Table summary_table(const std::vector<Run>& runs);

/// "smash_v1 on piuma-smash, rmat12: why", one line for each run without a result.
std::vector<std::string> failures(const std::vector<Run>& runs);

/// A single run for people: its numbers, one to a line, stalls and phases last.
std::string describe(const Run& run);

}  // namespace weft::cli
