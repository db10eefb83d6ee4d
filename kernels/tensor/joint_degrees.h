// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"

namespace weft::tensor {

/// Edges from nodes of one class of out-degrees to nodes of one class of in-degrees: [out][in].
using JointDegrees = std::vector<std::vector<int64_t>>;

/// The joint-degree matrix with the given ends of edges and nodes in each class, classes by rising
/// degree.
/// `mixing` 0: as by chance; 1: edges join nodes of like degree; -1: high out-degrees go to low
/// in-degrees; between them a mixture. Rows and columns add up to `ends` exactly. Precondition: no
/// end is negative.
JointDegrees joint_degrees(const std::vector<int64_t>& ends, const std::vector<int64_t>& nodes,
                           double mixing);

/// The class of a degree: its power of two; degree 0 has no ends and is of class 0.
size_t degree_class(int64_t degree);

/// Edges in no order.
struct Edges {
  std::vector<int32_t> from;  // [edge] node
  std::vector<int32_t> to;
};

/// Joins ends of edges at random so that `joint` holds. `from` lists the node of every outgoing end
/// by class, `to` that of every incoming one. Precondition: as many ends as rows and columns of
/// `joint` add up to.
Edges join_ends(std::vector<std::vector<int32_t>> from, std::vector<std::vector<int32_t>> to,
                const JointDegrees& joint, base::Xoshiro256& random);

}  // namespace weft::tensor
