// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

namespace weft::cli::calibrate {

/// Where a parameter may lie; both ends are above 0.
struct Range {
  double least = 0;
  double most = 0;
};

/// The point in `range` at which `objective` is least, as far as a search without derivatives
/// finds it: a grid over the logarithm, then golden sections between the neighbours of its best
/// point, to half a percent. `start` where nothing is better than it is there.
double minimize(const Range& range, double start, const std::function<double(double)>& objective);

/// Coordinate descent from `start`: each parameter in turn at its least with the others held, in
/// the order given, until a round gains less than a thousandth of the objective.
std::vector<double> descend(const std::vector<Range>& ranges, std::vector<double> start,
                            const std::function<double(const std::vector<double>&)>& objective);

}  // namespace weft::cli::calibrate
