// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/random.h"
#include "kernels/tensor/degree_pairs.h"
#include "kernels/tensor/joint_degrees.h"
#include "kernels/tensor/joint_table.h"

namespace weft::tensor {

/// A random directed graph without repeated edges and without edges from a node to itself that has
/// the joint-degree matrix of `table` and the degrees of `nodes` exactly. Graphs are not equally
/// likely. Precondition: `nodes` comes from loopless_pairs().
Edges realise(const JointTable& table, const std::vector<DegreePair>& nodes,
              base::Xoshiro256& random);

}  // namespace weft::tensor
