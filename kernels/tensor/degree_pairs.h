// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/tensor/joint_table.h"

namespace weft::tensor {

/// Which out- and in-degree a node has, as classes of a JointTable.
struct DegreePair {
  static constexpr int32_t kNone = -1;  // degree 0
  int32_t out = kNone;
  int32_t in = kNone;
};

/// Degrees of all nodes, [node]: `wanted`, changed where a graph without edges from a node to
/// itself needs it. That graph exists exactly where edges of a cell and nodes with both its degrees
/// are together no more than the cell's pairs of nodes. Nodes change as few partners as that takes;
/// where no exchange helps, one node becomes two, with outgoing edges alone and incoming alone, so
/// that there are more than asked for. That number is then the least possible.
std::vector<DegreePair> loopless_pairs(const JointTable& table, std::vector<DegreePair> wanted);

}  // namespace weft::tensor
