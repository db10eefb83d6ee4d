// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/generator_families.h"

namespace weft::tensor {

namespace {

/// Appends rows in order: structured matrices are written as they are, without a list of entries.
class RowBuilder {
 public:
  RowBuilder(std::string_view generator, int64_t rows, int64_t most_entries)
      : matrix_{.rows = rows, .cols = rows, .row_start = {0}, .column = {}, .value = {}} {
    require_memory(generator, rows, rows, most_entries);
    matrix_.row_start.reserve(rows + 1);
    matrix_.column.reserve(most_entries);
    matrix_.value.reserve(most_entries);
  }

  void entry(int64_t column, double value) {
    matrix_.column.push_back(static_cast<int32_t>(column));
    matrix_.value.push_back(value);
  }
  void end_row() { matrix_.row_start.push_back(matrix_.nnz()); }
  CsrMatrix take() { return std::move(matrix_); }

 private:
  CsrMatrix matrix_;
};

CsrMatrix make_banded(const SpecValues& values) {
  const int64_t n = values.integer("n");
  const int64_t half_bandwidth = std::min(values.integer("half_bandwidth"), n - 1);
  RowBuilder rows("banded", n, n * (2 * half_bandwidth + 1));
  for (int64_t row = 0; row < n; ++row) {
    const int64_t last = std::min(n - 1, row + half_bandwidth);
    for (int64_t column = std::max<int64_t>(0, row - half_bandwidth); column <= last; ++column) {
      rows.entry(column, 0);
    }
    rows.end_row();
  }
  CsrMatrix matrix = rows.take();
  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  seed_values(matrix, random);
  return matrix;
}

/// The finite-difference Laplacian on a grid of n^dimensions points in lexicographic order: 2 x
/// dimensions on the diagonal, -1 for each neighbour.
CsrMatrix laplacian(const std::string& name, int64_t n, int dimensions) {
  int64_t points = 1;
  std::vector<int64_t> strides;  // [axis], the distance between neighbours
  for (int axis = 0; axis < dimensions; ++axis) {
    strides.push_back(points);
    points *= n;
  }
  RowBuilder rows(name, points, points * (2 * dimensions + 1));
  for (int64_t point = 0; point < points; ++point) {
    for (auto stride = strides.rbegin(); stride != strides.rend(); ++stride) {
      if (point / *stride % n > 0) rows.entry(point - *stride, -1);
    }
    rows.entry(point, 2 * dimensions);
    for (const int64_t stride : strides) {
      if (point / stride % n < n - 1) rows.entry(point + stride, -1);
    }
    rows.end_row();
  }
  return rows.take();
}

CsrMatrix make_blockdiag(const SpecValues& values) {
  const int64_t blocks = values.integer("blocks");
  const int64_t block = values.integer("block");
  const int64_t n = blocks * block;
  if (static_cast<double>(n) > kMostGenerated) {
    throw base::UserError(
        fmt::format("blockdiag: expected blocks x block within {}, found {}", kMostGenerated, n));
  }
  RowBuilder rows("blockdiag", n, n * block);
  for (int64_t row = 0; row < n; ++row) {
    const int64_t first = row - row % block;
    for (int64_t column = first; column < first + block; ++column) rows.entry(column, 0);
    rows.end_row();
  }
  CsrMatrix matrix = rows.take();
  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  seed_values(matrix, random);
  return matrix;
}

}  // namespace

Generator banded_generator() {
  return {
      "banded",
      "every place within half_bandwidth of the diagonal",
      {count_parameter("n", 1, kMostGenerated, "rows and columns"),
       count_parameter("half_bandwidth", 0, kMostGenerated, "entries on each side of the diagonal"),
       seed_parameter()},
      make_banded};
}

Generator poisson2d_generator() {
  constexpr double kMostSide = 46340;  // whose square is the largest below 2^31
  return {"poisson2d",
          "5-point Laplacian on an n x n grid",
          {count_parameter("n", 1, kMostSide, "points along a side of the grid")},
          [](const SpecValues& values) { return laplacian("poisson2d", values.integer("n"), 2); }};
}

Generator poisson3d_generator() {
  constexpr double kMostSide = 1290;  // whose cube is the largest below 2^31
  return {"poisson3d",
          "7-point Laplacian on an n x n x n grid",
          {count_parameter("n", 1, kMostSide, "points along a side of the grid")},
          [](const SpecValues& values) { return laplacian("poisson3d", values.integer("n"), 3); }};
}

Generator blockdiag_generator() {
  return {"blockdiag",
          "dense square blocks along the diagonal",
          {count_parameter("blocks", 1, kMostGenerated, "number of blocks"),
           count_parameter("block", 1, kMostGenerated, "rows and columns of a block"),
           seed_parameter()},
          make_blockdiag};
}

}  // namespace weft::tensor
