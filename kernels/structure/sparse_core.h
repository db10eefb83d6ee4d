// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include <Eigen/Core>

namespace weft::structure {

/// Four neighbours of a row of a 2:4 core.
using Group = Eigen::Vector4d;
inline constexpr int64_t kGroup = 4;

/// The loss as a function of one group w alone, the rest of the core held: scale w^T gram w + 2
/// w^T slope + constant.
struct GroupLoss {
  Eigen::Matrix4d gram;
  Group slope;
  double scale = 0;
};

/// The two of each four that a mask keeps, all six choices.
inline constexpr std::array<std::array<int, 2>, 6> kMasks = {
    {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}};

/// A group with its best two values at their places, zeros elsewhere.
struct BestGroup {
  Group values;
  std::array<int, 2> kept;
};

/// The least loss over all six masks, each with its best two values in closed form. Precondition:
/// scale > 0.
BestGroup best_group(const GroupLoss& loss);

/// The loss of a group, less the constant.
double loss_of(const GroupLoss& loss, const Group& values);

}  // namespace weft::structure
