// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/native/cpu/graphblas.h"
#include "kernels/native/cpu/spgemm_graphblas.h"
#include "kernels/native/cpu/spgemm_hash.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/source.h"
#include "kernels/tensor/spgemm_count.h"

namespace weft::tests {
namespace {

using native::CpuProduct;
using native::RowOrder;
using tensor::CsrMatrix;

class NativeSpgemm : public testing::TestWithParam<std::string> {
 protected:
  const tensor::ProductOperands operands_ = tensor::load_product_operands(GetParam());
  const CsrMatrix& a_ = operands_.a->matrix;
  const CsrMatrix& b_ = operands_.b->matrix;

  void expect_product(const CpuProduct& product) const {
    const tensor::VerifyReport report =
        verify_product(a_, b_, [&](int64_t row) { return product.row(row); });
    EXPECT_TRUE(report.passed) << report.first_mismatch;
    EXPECT_EQ(product.nnz(), tensor::count_spgemm(a_, b_).nnz_out);
    if (product.order == RowOrder::Unsorted) return;
    for (int64_t row = 0; row < product.rows; ++row) {
      EXPECT_TRUE(std::ranges::is_sorted(product.row(row).column)) << "row " << row;
    }
  }
};

TEST_P(NativeSpgemm, HashComputesTheProductInBothOrders) {
  for (const int threads : {1, 3}) {
    expect_product(spgemm_hash(a_, b_, threads, RowOrder::Unsorted));
    expect_product(spgemm_hash(a_, b_, threads, RowOrder::Sorted));
  }
}

TEST_P(NativeSpgemm, HashValuesDoNotDependOnThreads) {
  const CpuProduct one = spgemm_hash(a_, b_, 1, RowOrder::Unsorted);
  const CpuProduct three = spgemm_hash(a_, b_, 3, RowOrder::Unsorted);
  ASSERT_EQ(one.row_start, three.row_start);
  EXPECT_TRUE(std::equal(one.column.get(), one.column.get() + one.nnz(), three.column.get()));
  EXPECT_TRUE(std::equal(one.value.get(), one.value.get() + one.nnz(), three.value.get()));
}

TEST_P(NativeSpgemm, GraphBlasComputesTheProductInBothOrders) {
  native::GraphBlasSpgemm graphblas(a_, b_, 2);
  graphblas.multiply(RowOrder::Unsorted);
  expect_product(graphblas.take());
  graphblas.multiply(RowOrder::Sorted);
  const CpuProduct sorted = graphblas.take();
  EXPECT_EQ(sorted.order, RowOrder::Sorted);
  expect_product(sorted);
}

INSTANTIATE_TEST_SUITE_P(OnEveryKindOfMatrix, NativeSpgemm,
                         testing::Values("rmat:scale=9,edges=4000,seed=1", "poisson3d:n=8",
                                         "blockdiag:blocks=20,block=7,seed=2",
                                         "uniform:rows=60,cols=900,nnz=3000,seed=3",
                                         "uniform:rows=50,cols=50,density=1,seed=4",
                                         "uniform:rows=40,cols=40,nnz=0",
                                         "banded:n=1,half_bandwidth=0"));

TEST(GraphBlas, NamesItsVersion) {
  EXPECT_EQ(native::graphblas::version().substr(0, 22), "SuiteSparse:GraphBLAS ");
}

}  // namespace
}  // namespace weft::tests
