// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/sweep/sweep.h"

namespace weft::cli::sweep {

/// What every axis is at a point, as documents write it, in the order of the axes.
using AxisValues = std::vector<std::pair<std::string, std::string>>;

/// The points of a sweep before exclusions: of a grid every combination, the last axis moving
/// first; of a sample as many as it asks for, the same ones for the same seed. UserError where a
/// grid has more than a million.
std::vector<AxisValues> choose_points(const Sweep& sweep);

}  // namespace weft::cli::sweep
