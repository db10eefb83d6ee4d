// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/sparse_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/native/cpu/csr_graphblas.h"
#include "kernels/native/cpu/csr_products.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/verify_dense.h"

namespace weft::native {
namespace {

using tensor::CsrMatrix;

std::vector<float> random_values(int64_t count, uint64_t seed) {
  base::Xoshiro256 random(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(2 * random.uniform() - 1);
  return values;
}

class SparseReferenceRun : public testing::TestWithParam<std::string> {
 protected:
  void expect_sound(const SparseReference& reference) const {
    EXPECT_EQ(reference.against, "fp64 sums on the host");
    for (const NativeRun& run : reference.runs) {
      EXPECT_TRUE(run.verified.passed) << run.implementation << ": " << run.verified.first_mismatch;
      EXPECT_EQ(run.times_s.size(), 2U);
    }
  }

  const CsrMatrix matrix_ = tensor::generate(GetParam());
};

TEST_P(SparseReferenceRun, EveryProductWithDenseColumnsIsRight) {
  for (const int64_t columns : {1, 7, 128, 141}) {
    const auto x = random_values(matrix_.cols * columns, 1);
    for (const int threads : {1, 3})
      expect_sound(run_cpu_spmm({matrix_, x, {}, columns}, threads, Repetitions::exactly(2)));
  }
}

TEST_P(SparseReferenceRun, EveryProductWithAVectorIsRight) {
  const auto x = random_values(matrix_.cols, 1);
  expect_sound(run_cpu_spmv({matrix_, x, {}, 1}, 2, Repetitions::exactly(2)));
}

TEST_P(SparseReferenceRun, EverySampledProductIsRight) {
  for (const int64_t depth : {1, 64, 77}) {
    const auto a = random_values(matrix_.rows * depth, 1);
    const auto b = random_values(matrix_.cols * depth, 2);
    expect_sound(run_cpu_sddmm({matrix_, a, b, depth}, 2, Repetitions::exactly(2)));
  }
}

INSTANTIATE_TEST_SUITE_P(OnEveryKindOfMatrix, SparseReferenceRun,
                         testing::Values("rmat:scale=8,edges=2000,seed=1",
                                         "uniform:rows=60,cols=900,nnz=3000,seed=3",
                                         "uniform:rows=40,cols=40,nnz=0",
                                         "uniform:rows=3,cols=50,density=1,seed=4",
                                         "banded:n=1,half_bandwidth=0"));

TEST(SparseReference, AWrongValueIsFound) {
  const CsrMatrix matrix = tensor::generate("rmat:scale=6,edges=300,seed=1");
  const auto x = random_values(matrix.cols * 5, 1);
  std::vector<float> y(static_cast<size_t>(matrix.rows * 5));
  csr_spmm(Csr32(matrix), x, 5, y, 2);
  ASSERT_TRUE(tensor::verify_spmm(matrix, x, 5, y).passed);
  y[17] += 0.1F;
  EXPECT_FALSE(tensor::verify_spmm(matrix, x, 5, y).passed);
}

TEST(SparseReference, SaysThatLargeOnesAreSampled) {
  const CsrMatrix matrix = tensor::generate("banded:n=20000,half_bandwidth=10");
  const auto x = random_values(matrix.cols * 256, 1);
  const SparseReference reference = run_cpu_spmm({matrix, x, {}, 256}, 2, Repetitions::exactly(1));
  EXPECT_EQ(reference.against, "fp64 sums on the host, 10000 of 20000 rows");
  for (const NativeRun& run : reference.runs) EXPECT_TRUE(run.verified.passed);
}

}  // namespace
}  // namespace weft::native
