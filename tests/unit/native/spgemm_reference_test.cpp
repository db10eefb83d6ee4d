// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/spgemm_reference.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/spgemm_count.h"

namespace weft::tests {
namespace {

using native::CpuReference;
using native::CpuRun;

TEST(CpuReferenceRun, RunsEveryImplementationInBothOrdersAndVerifies) {
  const tensor::CsrMatrix a = tensor::generate("rmat:scale=8,edges=1500,seed=1");
  const CpuReference reference = native::run_cpu_spgemm(a, a, 1, native::Repetitions::exactly(3));
  ASSERT_EQ(reference.runs.size(), 4u);
  for (const CpuRun& run : reference.runs) {
    EXPECT_TRUE(run.verified.passed) << run.implementation << ": " << run.verified.first_mismatch;
    EXPECT_EQ(run.nnz_out, tensor::count_spgemm(a, a).nnz_out);
    EXPECT_EQ(run.times_s.size(), 3u);
    EXPECT_EQ(run.best_s, *std::ranges::min_element(run.times_s));
    EXPECT_GE(run.median_s, run.best_s);
    EXPECT_GT(run.best_s, 0);
    EXPECT_EQ(run.threads, 1);
    EXPECT_TRUE(run.sorted || run.asked == native::RowOrder::Unsorted);
    EXPECT_LE(reference.runs[reference.fastest].best_s, run.best_s);
  }
  EXPECT_EQ(reference.runs[0].implementation, "hash");
  EXPECT_EQ(reference.runs[1].implementation, "graphblas");
}

TEST(CpuReferenceRun, RefusesSettingsThatMeasureNothing) {
  const tensor::CsrMatrix a = tensor::generate("poisson2d:n=2");
  const tensor::CsrMatrix b = tensor::generate("poisson2d:n=3");
  try {
    native::run_cpu_spgemm(a, b, 0, native::Repetitions::exactly(0));
    FAIL() << "the settings were accepted";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "reference run: threads: expected at least 1, found 0\n"
                 "reference run: repetitions: expected at least 1, found 0\n"
                 "reference run: B: expected 4 rows, as A has columns, found 9");
  }
}

}  // namespace
}  // namespace weft::tests
