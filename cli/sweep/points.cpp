// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/points.h"

#include <numeric>

#include <fmt/format.h>

#include "base/random.h"

namespace weft::cli::sweep {

namespace {

constexpr size_t kMostPoints = 1'000'000;

void append(const ZippedAxes& zipped, size_t index, AxisValues& point) {
  for (const Axis& axis : zipped) point.emplace_back(axis.name, axis.values[index]);
}

std::vector<AxisValues> grid(const Sweep& sweep) {
  size_t points = 1;
  for (const ZippedAxes& zipped : sweep.axes) {
    points *= zipped.front().values.size();
    if (points > kMostPoints) {
      throw base::UserError(
          fmt::format("{}: axes: expected at most {} combinations; 'sample' draws from more",
                      sweep.file.string(), kMostPoints));
    }
  }
  std::vector<AxisValues> result(points);
  for (size_t i = 0; i < points; ++i) {
    size_t stride = points;
    for (const ZippedAxes& zipped : sweep.axes) {
      stride /= zipped.front().values.size();
      append(zipped, i / stride % zipped.front().values.size(), result[i]);
    }
  }
  return result;
}

void append_at(const ZippedAxes& zipped, double share, AxisValues& point) {
  if (zipped.size() == 1) {
    point.emplace_back(zipped.front().name, zipped.front().text_at(share));
  } else {
    const auto values = static_cast<double>(zipped.front().values.size());
    append(zipped, static_cast<size_t>(share * values), point);
  }
}

/// Places in [0, 1), one for each point: anywhere, or one in each stratum, in random order.
std::vector<double> draw(const Sample& sample, base::Xoshiro256& random) {
  const auto points = static_cast<size_t>(sample.points);
  std::vector<double> shares(points);
  if (sample.method == Sample::Method::Random) {
    for (double& share : shares) share = random.uniform();
    return shares;
  }
  std::vector<size_t> strata(points);
  std::iota(strata.begin(), strata.end(), size_t{0});
  for (size_t i = points; i > 1; --i) std::swap(strata[i - 1], strata[random.below(i)]);
  for (size_t i = 0; i < points; ++i) {
    shares[i] = (static_cast<double>(strata[i]) + random.uniform()) / static_cast<double>(points);
  }
  return shares;
}

}  // namespace

std::vector<AxisValues> choose_points(const Sweep& sweep) {
  if (sweep.sample.method == Sample::Method::Grid) return grid(sweep);
  base::Xoshiro256 random(sweep.sample.seed);
  std::vector<AxisValues> result(static_cast<size_t>(sweep.sample.points));
  for (const ZippedAxes& zipped : sweep.axes) {
    const std::vector<double> shares = draw(sweep.sample, random);
    for (size_t i = 0; i < result.size(); ++i) append_at(zipped, shares[i], result[i]);
  }
  return result;
}

}  // namespace weft::cli::sweep
