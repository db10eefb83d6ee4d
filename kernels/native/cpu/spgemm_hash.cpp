// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/spgemm_hash.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "kernels/native/cpu/hash_accumulator.h"
#include "kernels/tensor/spgemm_count.h"

// Gustavson's algorithm ("Two fast algorithms for sparse matrices", ACM TOMS 4(3), 1978) forms C
// one row at a time: row i is the sum of the rows of B that the entries of A's row i select, each
// scaled by its entry. Here a hash table per thread sums what meets in a column, as in Nagasaka,
// Matsuoka, Azad and Buluc ("High-performance sparse matrix-matrix products on Intel KNL and
// multicore architectures", ICPP Workshops 2018).
//
// That paper computes structure first and values second. One pass is enough where each block of
// rows writes to a buffer as large as its products, of which the operating system backs only the
// pages that are used: the rows are then copied together, which costs less than hashing every
// product twice. Blocks have equal numbers of products and go to threads as these become free.
namespace weft::native {

namespace {

using tensor::CsrMatrix;

/// Consecutive rows and the entries of C that they produce.
struct RowBlock {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t products = 0;
  std::unique_ptr<int32_t[]> column = {};  // [products], filled up to the block's entries
  std::unique_ptr<double[]> value = {};
};

std::vector<RowBlock> cut_into_blocks(const std::vector<int64_t>& products, int threads) {
  constexpr int64_t kBlocksPerThread = 16;  // enough for balance, few enough to cost nothing
  const int64_t total = std::accumulate(products.begin(), products.end(), int64_t{0});
  const int64_t target = total / (kBlocksPerThread * threads) + 1;
  const auto rows = static_cast<int64_t>(products.size());
  std::vector<RowBlock> blocks;
  for (int64_t row = 0; row < rows; ++row) {
    if (blocks.empty() || blocks.back().products >= target) blocks.push_back({.begin = row});
    blocks.back().products += products[row];
    blocks.back().end = row + 1;
  }
  return blocks;
}

class HashSpgemm {
 public:
  HashSpgemm(const CsrMatrix& a, const CsrMatrix& b, int threads, RowOrder order)
      : a_(a), b_(b), threads_(threads), order_(order), products_(products_per_row(a, b)) {}

  CpuProduct run() {
    CpuProduct c{.rows = a_.rows, .cols = b_.cols, .order = order_};
    c.row_start.assign(a_.rows + 1, 0);
    std::vector<RowBlock> blocks = cut_into_blocks(products_, threads_);
    multiply_blocks(blocks, c.row_start);
    std::partial_sum(c.row_start.begin(), c.row_start.end(), c.row_start.begin());
    c.column = std::make_unique_for_overwrite<int32_t[]>(c.nnz());
    c.value = std::make_unique_for_overwrite<double[]>(c.nnz());
    join_blocks(blocks, c);
    return c;
  }

 private:
  /// Leaves the number of entries of row i in row_start[i + 1].
  void multiply_blocks(std::vector<RowBlock>& blocks, std::vector<int64_t>& row_start) const {
    const int64_t most_products = products_.empty() ? 0 : std::ranges::max(products_);
#pragma omp parallel num_threads(threads_)
    {
      HashAccumulator accumulator(most_products, b_.cols);
#pragma omp for schedule(dynamic, 1)
      for (size_t block = 0; block < blocks.size(); ++block) {
        multiply(blocks[block], accumulator, row_start);
      }
    }
  }

  void multiply(RowBlock& block, HashAccumulator& accumulator,
                std::vector<int64_t>& row_start) const {
    block.column = std::make_unique_for_overwrite<int32_t[]>(block.products);
    block.value = std::make_unique_for_overwrite<double[]>(block.products);
    int64_t entries = 0;
    for (int64_t row = block.begin; row < block.end; ++row) {
      accumulator.begin_row(products_[row]);
      for (int64_t entry = a_.row_start[row]; entry < a_.row_start[row + 1]; ++entry) {
        const int32_t inner = a_.column[entry];
        const double factor = a_.value[entry];
        for (int64_t place = b_.row_start[inner]; place < b_.row_start[inner + 1]; ++place) {
          accumulator.add(b_.column[place], factor * b_.value[place]);
        }
      }
      row_start[row + 1] =
          accumulator.end_row(order_, block.column.get() + entries, block.value.get() + entries);
      entries += row_start[row + 1];
    }
  }

  void join_blocks(std::vector<RowBlock>& blocks, CpuProduct& c) const {
#pragma omp parallel for num_threads(threads_) schedule(dynamic, 1)
    for (size_t index = 0; index < blocks.size(); ++index) {
      RowBlock& block = blocks[index];
      const int64_t first = c.row_start[block.begin];
      const int64_t entries = c.row_start[block.end] - first;
      std::copy_n(block.column.get(), entries, c.column.get() + first);
      std::copy_n(block.value.get(), entries, c.value.get() + first);
      block.column.reset();
      block.value.reset();
    }
  }

  const CsrMatrix& a_;
  const CsrMatrix& b_;
  int threads_;
  RowOrder order_;
  std::vector<int64_t> products_;  // [row of A]
};

}  // namespace

CpuProduct spgemm_hash(const CsrMatrix& a, const CsrMatrix& b, int threads, RowOrder order) {
  WEFT_CHECK(a.cols == b.rows, "the inner sizes of a product agree");
  WEFT_CHECK(threads >= 1, "at least one thread computes a product");
  return HashSpgemm(a, b, threads, order).run();
}

}  // namespace weft::native
