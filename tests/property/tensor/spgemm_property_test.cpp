// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "kernels/native/cpu/spgemm_graphblas.h"
#include "kernels/native/cpu/spgemm_hash.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/verify.h"
#include "tests/property/tensor/arbitrary_matrix.h"

namespace weft::tests {
namespace {

using native::CpuProduct;
using native::RowOrder;
using tensor::CsrMatrix;
using Entries = std::map<std::pair<int64_t, int64_t>, double>;

CsrMatrix arbitrary_matrix(int64_t rows, int64_t cols) {
  return csr_from_coordinates(arbitrary_list(rows, cols), tensor::Duplicates::Sum);
}

/// The definition: every pair of entries that meet, in a map.
Entries obvious_product(const CsrMatrix& a, const CsrMatrix& b) {
  Entries entries;
  for (int64_t row = 0; row < a.rows; ++row) {
    for (int64_t left = a.row_start[row]; left < a.row_start[row + 1]; ++left) {
      const int32_t inner = a.column[left];
      for (int64_t right = b.row_start[inner]; right < b.row_start[inner + 1]; ++right) {
        entries[{row, b.column[right]}] += a.value[left] * b.value[right];
      }
    }
  }
  return entries;
}

Entries entries_of(const CpuProduct& product) {
  Entries entries;
  for (int64_t row = 0; row < product.rows; ++row) {
    const tensor::ProductRow found = product.row(row);
    for (size_t entry = 0; entry < found.column.size(); ++entry) {
      RC_ASSERT(entries.insert({{row, found.column[entry]}, found.value[entry]}).second);
    }
  }
  return entries;
}

TEST(SpgemmLaw, EveryImplementationComputesTheDefinition) {
  EXPECT_TRUE(rc::check([] {
    const int64_t inner = arbitrary_size();
    const CsrMatrix a = arbitrary_matrix(arbitrary_size(), inner);
    const CsrMatrix b = arbitrary_matrix(inner, arbitrary_size());
    const Entries expected = obvious_product(a, b);
    RC_ASSERT(tensor::count_spgemm(a, b).nnz_out == static_cast<int64_t>(expected.size()));
    native::GraphBlasSpgemm graphblas(a, b, 1);
    for (const RowOrder order : {RowOrder::Unsorted, RowOrder::Sorted}) {
      RC_ASSERT(entries_of(spgemm_hash(a, b, 1, order)) == expected);
      graphblas.multiply(order);
      RC_ASSERT(entries_of(graphblas.take()) == expected);
    }
  }));
}

TEST(VerifyLaw, AnySingleChangeIsNoticed) {
  EXPECT_TRUE(rc::check([] {
    const int64_t inner = arbitrary_size();
    const CsrMatrix a = arbitrary_matrix(arbitrary_size(), inner);
    const CsrMatrix b = arbitrary_matrix(inner, arbitrary_size());
    CpuProduct c = spgemm_hash(a, b, 1, RowOrder::Unsorted);
    RC_PRE(c.nnz() > 0);
    const auto rows = [&](int64_t row) { return c.row(row); };
    RC_ASSERT(verify_product(a, b, rows).passed);
    const auto place = *rc::gen::inRange<int64_t>(0, c.nnz());
    if (*rc::gen::arbitrary<bool>()) {
      c.value[place] += 1e-9;
    } else {
      c.column[place] = static_cast<int32_t>((c.column[place] + 1) % (b.cols + 1));
    }
    RC_ASSERT_FALSE(verify_product(a, b, rows).passed);
  }));
}

}  // namespace
}  // namespace weft::tests
