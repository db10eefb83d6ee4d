// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/run.h"

namespace weft::cli::report {

/// The roofline plot of some runs: useful operations per byte of DRAM traffic against operations
/// per second, both logarithmic, under the roof of each machine: its bandwidth, and its peak for
/// the operations of the kernel. The tick over a run is what its own lower bound (roofline.floor_s)
/// would allow. Native runs, whose traffic was not measured, lie where they moved every needed byte
/// once. Empty where no run has the numbers. After Williams, Waterman and Patterson, "Roofline: an
/// insightful visual performance model", CACM 2009.
std::string draw_roofline(const std::vector<const Run*>& runs, const std::string& title);

}  // namespace weft::cli::report
