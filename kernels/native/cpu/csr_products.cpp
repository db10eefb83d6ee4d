// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/csr_products.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/native/cpu/timing.h"
#include "kernels/native/cpu/vector_kernels.h"

// The plain kernels: rows in order, the inner loop over the entries of a row. What they gain over a
// library that has to be general is that the sums of a row stay in registers.
namespace weft::native {

namespace {

/// Calls `act(first, last)` with blocks of rows that have about as many entries and rows each;
/// `width` multiply-adds are made of an entry.
template <class Act>
void for_blocks(const Csr32& matrix, int64_t width, int most_threads, const Act& act) {
  const int threads = worthwhile_threads(
      static_cast<double>(matrix.column.size()) * static_cast<double>(width), most_threads);
  constexpr int64_t kBlocksPerThread = 16;
  const int64_t blocks = kBlocksPerThread * threads;
  // A row costs something even where it is empty: it counts as one entry.
  const auto load = [&](int64_t row) { return matrix.row_start[static_cast<size_t>(row)] + row; };
  const int64_t all = load(matrix.rows);
  const auto row_at = [&](int64_t block) {
    const int64_t wanted = all * block / blocks;
    int64_t low = 0, high = matrix.rows;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      load(middle) < wanted ? low = middle + 1 : high = middle;
    }
    return low;
  };
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (int64_t block = 0; block < blocks; ++block) act(row_at(block), row_at(block + 1));
}

}  // namespace

Csr32::Csr32(const tensor::CsrMatrix& matrix)
    : rows(matrix.rows),
      cols(matrix.cols),
      row_start(matrix.row_start),
      column(matrix.column),
      value(matrix.value.size()) {
  std::ranges::transform(matrix.value, value.begin(),
                         [](double v) { return static_cast<float>(v); });
}

void csr_spmm(const Csr32& a, std::span<const float> x, int64_t columns, std::span<float> y,
              int threads) {
  WEFT_CHECK(std::ssize(x) == a.cols * columns && std::ssize(y) == a.rows * columns,
             "operands of the wrong size");
  const VectorKernels<float>& kernels = vector_kernels<float>();
  for_blocks(a, columns, threads, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const int64_t begin = a.row_start[static_cast<size_t>(row)];
      const int64_t entries = a.row_start[static_cast<size_t>(row) + 1] - begin;
      kernels.gather_rows(a.value.data() + begin, a.column.data() + begin, entries, x.data(),
                          columns, y.data() + row * columns, columns, false);
    }
  });
}

void csr_spmv(const Csr32& a, std::span<const float> x, std::span<float> y, int threads) {
  WEFT_CHECK(std::ssize(x) == a.cols && std::ssize(y) == a.rows, "operands of the wrong size");
  constexpr int64_t kGatherCost = 8;  // an entry of x costs more than its multiply-add
  const VectorKernels<float>& kernels = vector_kernels<float>();
  for_blocks(a, kGatherCost, threads, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const int64_t begin = a.row_start[static_cast<size_t>(row)];
      const int64_t entries = a.row_start[static_cast<size_t>(row) + 1] - begin;
      y[static_cast<size_t>(row)] =
          kernels.gather_dot(a.value.data() + begin, a.column.data() + begin, entries, x.data());
    }
  });
}

void csr_sddmm(const Csr32& s, std::span<const float> a, std::span<const float> b, int64_t depth,
               std::span<float> z, int threads) {
  WEFT_CHECK(std::ssize(a) == s.rows * depth && std::ssize(b) == s.cols * depth &&
                 z.size() == s.column.size(),
             "operands of the wrong size");
  const VectorKernels<float>& kernels = vector_kernels<float>();
  for_blocks(s, depth, threads, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const int64_t begin = s.row_start[static_cast<size_t>(row)];
      const int64_t entries = s.row_start[static_cast<size_t>(row) + 1] - begin;
      kernels.sampled_dots(s.value.data() + begin, s.column.data() + begin, entries,
                           a.data() + row * depth, b.data(), depth, z.data() + begin);
    }
  });
}

}  // namespace weft::native
