// SPDX-License-Identifier: Apache-2.0

// Directed graphs with a prescribed joint-degree matrix: how many edges lead from nodes of each
// out-degree to nodes of each in-degree (Tillman, Markopoulou, Butts and Gjoka, "Construction of
// directed 2K graphs", KDD 2017). Degrees are taken in classes of powers of
// two, since a large power-law graph has few nodes of any one large degree. The matrix is the
// mixture of two that have the same row and column sums: the outer product, which a random pairing
// has on average, and one that pairs every class with its like, or with its opposite, as far as
// there are pairs of nodes, and then with the classes next to it.
#include "kernels/tensor/joint_degrees.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "kernels/tensor/shuffle.h"

namespace weft::tensor {

namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

/// Pairs the ends of rows and columns that are left, each class with its like first and then with
/// classes at a rising distance; `reversed` takes columns from the last. A cell grows up to the
/// pairs of its nodes; where `nodes` is empty there is no limit. The highest degrees, whose nodes
/// are few, choose first.
void pair_by_distance(JointDegrees& joint, std::vector<int64_t>& rows,
                      std::vector<int64_t>& columns, bool reversed,
                      const std::vector<int64_t>& nodes) {
  const size_t classes = rows.size();
  const auto pair = [&](size_t row, size_t place) {
    const size_t column = reversed ? classes - 1 - place : place;
    int64_t& cell = joint[row][column];
    const int64_t room = nodes.empty() ? kNoLimit : nodes[row] * nodes[column] - cell;
    const int64_t paired = std::min({rows[row], columns[column], std::max<int64_t>(0, room)});
    cell += paired;
    rows[row] -= paired;
    columns[column] -= paired;
  };
  for (size_t row = classes; row-- > 0;) {
    for (size_t distance = 0; distance < classes; ++distance) {
      if (row >= distance) pair(row, row - distance);
      if (distance > 0 && row + distance < classes) pair(row, row + distance);
    }
  }
}

}  // namespace

size_t degree_class(int64_t degree) {
  return degree <= 0 ? 0 : std::bit_width(static_cast<uint64_t>(degree)) - 1U;
}

JointDegrees joint_degrees(const std::vector<int64_t>& ends, const std::vector<int64_t>& nodes,
                           double mixing) {
  const size_t classes = ends.size();
  const auto all = static_cast<double>(std::accumulate(ends.begin(), ends.end(), int64_t{0}));
  const JointDegrees none(classes, std::vector<int64_t>(classes, 0));
  JointDegrees extreme = none, joint = none;
  std::vector<int64_t> rows = ends, columns = ends;
  pair_by_distance(extreme, rows, columns, mixing < 0, nodes);
  pair_by_distance(extreme, rows, columns, mixing < 0, {});
  rows = columns = ends;
  for (size_t i = 0; i < classes; ++i) {
    for (size_t j = 0; j < classes; ++j) {
      const double chance =
          all > 0 ? static_cast<double>(ends[i]) * static_cast<double>(ends[j]) / all : 0;
      const double wanted =
          (1 - std::abs(mixing)) * chance + std::abs(mixing) * static_cast<double>(extreme[i][j]);
      // Rounding errors of the sums must not take more than there is.
      joint[i][j] = std::min({static_cast<int64_t>(wanted), rows[i], columns[j]});
      rows[i] -= joint[i][j];
      columns[j] -= joint[i][j];
    }
  }
  // What rounding down left over, less than an edge a cell.
  pair_by_distance(joint, rows, columns, mixing < 0, {});
  return joint;
}

Edges join_ends(std::vector<std::vector<int32_t>> from, std::vector<std::vector<int32_t>> to,
                const JointDegrees& joint, base::Xoshiro256& random) {
  for (std::vector<int32_t>& ends : from) shuffle(ends, random);
  for (std::vector<int32_t>& ends : to) shuffle(ends, random);
  std::vector<size_t> used(to.size(), 0);
  Edges edges;
  for (size_t out = 0; out < from.size(); ++out) {
    edges.from.insert(edges.from.end(), from[out].begin(), from[out].end());
    for (size_t in = 0; in < to.size(); ++in) {
      const auto first = to[in].begin() + static_cast<std::ptrdiff_t>(used[in]);
      edges.to.insert(edges.to.end(), first, first + joint[out][in]);
      used[in] += static_cast<size_t>(joint[out][in]);
    }
  }
  return edges;
}

}  // namespace weft::tensor
