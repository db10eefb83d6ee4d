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

/// Bandwidth of DRAM beside its peak, the rates of all levels, and their traffic.
std::string memory_section(const InputGroup& group);

/// Where the cycles of all units went, and those of each unit by itself.
std::string stall_section(const InputGroup& group);

/// How busy the links of the network were.
std::string network_section(const InputGroup& group);

/// The phases of every run on one time axis.
std::string phase_section(const InputGroup& group);

/// Achieved and theoretical occupancy, and what limits it.
std::string occupancy_section(const InputGroup& group);

/// The cost of every statement of the kernels, the dearest first, by what it was spent on.
std::string source_section(const InputGroup& group);

/// The mapping of each run as nested loops.
std::string mapping_section(const InputGroup& group);

/// "Phases in time, rmat12".
std::string titled(const InputGroup& group, const std::string& title);

/// The index of a name in `names`, added where it is new.
size_t series_of(std::vector<std::string>& names, const std::string& name);

}  // namespace weft::cli::report
