// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/sparse_core.h"

#include <limits>

#include <Eigen/LU>

namespace weft::structure {

namespace {

/// Keeps two parallel rows of B from dividing by zero.
constexpr double kRidge = 1e-9;

}  // namespace

double loss_of(const GroupLoss& loss, const Group& values) {
  return loss.scale * values.dot(loss.gram * values) + 2 * values.dot(loss.slope);
}

BestGroup best_group(const GroupLoss& loss) {
  BestGroup best{Group::Zero(), kMasks.front()};
  double least = std::numeric_limits<double>::infinity();
  for (const std::array<int, 2>& mask : kMasks) {
    const auto [a, b] = mask;
    Eigen::Matrix2d gram;
    gram << loss.gram(a, a) + kRidge, loss.gram(a, b), loss.gram(b, a), loss.gram(b, b) + kRidge;
    const Eigen::Vector2d slope(loss.slope(a), loss.slope(b));
    const Eigen::Vector2d pair = -gram.inverse() * slope / loss.scale;
    Group values = Group::Zero();
    values(a) = pair(0);
    values(b) = pair(1);
    const double cost = loss_of(loss, values);
    if (cost >= least) continue;
    least = cost;
    best = {values, mask};
  }
  return best;
}

}  // namespace weft::structure
