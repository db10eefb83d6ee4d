// SPDX-License-Identifier: Apache-2.0
// A butterfly matrix of size n is [[D00, D01], [D10, D11]] diag(M0, M1): four diagonals, and two
// butterfly matrices of half the size. The rows `pair` and `pair + n/2` of its columns of half `i`
// are both multiples of row `pair` of Mi, so those two rows are a matrix of rank one. The best
// vectors of rank one give the diagonals and Mi, and each Mi is then split in the same way
// (hierarchical factorization, Zheng, Riccietti and Gribonval 2023).
#include "kernels/structure/butterfly.h"

#include <bit>
#include <utility>

#include <fmt/format.h>

#include "kernels/structure/parallel.h"
#include "kernels/structure/svd.h"

namespace weft::structure {

namespace {

/// Splits one node: fills its four diagonals, (pair, output half, input half), and returns M0 over
/// M1.
Matrix split_node(const Matrix& node, double* diagonals) {
  const int64_t half = node.cols() / 2;
  Matrix children(2 * half, half);
  for (int64_t input = 0; input < 2; ++input) {
    for (int64_t pair = 0; pair < half; ++pair) {
      const ThinProduct product =
          nearest_of_rank(node(Eigen::seqN(pair, 2, half), Eigen::seqN(input * half, half)), 1);
      diagonals[4 * pair + input] = product.left(0);
      diagonals[4 * pair + 2 + input] = product.left(1);
      children.row(input * half + pair) = product.right;
    }
  }
  return children;
}

}  // namespace

std::vector<Factor> project_butterfly(const Matrix& weight) {
  std::vector<Factor> factors;
  const SerialBlas serial;
  Matrix nodes = weight;  // those of one level, one above the other
  for (int64_t size = weight.cols(); size > 2; size /= 2) {
    const int64_t count = weight.cols() / size;
    Factor level{fmt::format("level{}", factors.size()), {count, size / 2, 2, 2}, {}};
    level.values.resize(static_cast<size_t>(2 * weight.cols()));
    Matrix children(weight.cols(), size / 2);
    parallel_for(count, size * size, [&](int64_t node) {
      children.middleRows(node * size, size) =
          split_node(nodes.middleRows(node * size, size), level.values.data() + node * 2 * size);
    });
    factors.push_back(std::move(level));
    nodes = std::move(children);
  }
  factors.push_back({fmt::format("level{}", factors.size()),
                     {weight.cols() / 2, 1, 2, 2},
                     std::vector<double>(nodes.data(), nodes.data() + nodes.size())});
  return factors;
}

Matrix expand_butterfly(const std::vector<Factor>& factors, int64_t n) {
  Matrix nodes = as_matrix(factors.back(), n);
  for (int64_t size = 4; size <= n; size *= 2) {
    const std::vector<double>& diagonals =
        factors[factors.size() - static_cast<size_t>(std::bit_width(static_cast<uint64_t>(size))) +
                1]
            .values;
    const int64_t half = size / 2;
    Matrix parents(n, size);
    for (int64_t row = 0; row < n; ++row) {
      const int64_t base = row / size * size;  // the first row of the node
      const int64_t pair = row % half;
      const double* of_row = diagonals.data() + base * 2 + 4 * pair + (row - base) / half * 2;
      parents.row(row).head(half) = of_row[0] * nodes.row(base + pair);
      parents.row(row).tail(half) = of_row[1] * nodes.row(base + half + pair);
    }
    nodes = std::move(parents);
  }
  return nodes;
}

}  // namespace weft::structure
