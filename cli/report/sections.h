// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/run.h"

namespace weft::cli::report {

/// The runs of one input: what may be set side by side.
struct InputGroup {
  std::string input;  // empty for a run on its own
  std::vector<const Run*> runs;
};

/// How much faster than the native run each run is, or than the first where there is no native one.
std::string speedup_section(const std::vector<Run>& all, const InputGroup& group);

/// Bandwidth of DRAM beside its peak, and the traffic of every level.
std::string memory_section(const InputGroup& group);

/// Where the cycles of all units went.
std::string stall_section(const InputGroup& group);

/// The phases of every run on one time axis.
std::string phase_section(const InputGroup& group);

/// Achieved and theoretical occupancy, and what limits it.
std::string occupancy_section(const InputGroup& group);

/// The cost of every statement of the kernels, the dearest first.
std::string source_section(const InputGroup& group);

}  // namespace weft::cli::report
