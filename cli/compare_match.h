// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/compare.h"

namespace weft::cli {

/// What a run is of, for people: "smash_v1 on piuma-smash, input rmat12". Two runs of one kind with
/// the same key did the same work; native runs match across processors.
std::string key_of(const Run& run);

/// Sentences on what two runs differ in that a speedup must not hide: sizes of operands or
/// parameters that both name, as errors of the file of `other`.
void check_same_sizes(const Comparison& pair, base::Diagnostics& diagnostics);

/// What to say beside a comparison: other operations, or other types.
std::vector<std::string> notes_on(const Comparison& pair);

/// Sets the runs of a file beside those of the base: by their key, and runs of different kinds
/// (simulated, native, published) where they compute the same operation with the same sizes. What
/// has no counterpart goes to `report.unmatched`.
void match_runs(const RunFile& base, const RunFile& other, ComparisonReport& report);

/// Finds the runs that published speedups are about: two kernels on one machine and input.
void check_speedups(const std::vector<RunFile>& files, ComparisonReport& report);

/// Two runs with what differs between them.
Comparison pair_up(const Run& base, const RunFile& base_file, const Run& other,
                   const RunFile& other_file);

}  // namespace weft::cli
