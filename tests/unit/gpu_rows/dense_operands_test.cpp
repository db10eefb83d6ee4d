// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/tensor/source.h"
#include "kernels/tensor/verify_dense.h"
#include "mapper/gpu/rows/one_launch.h"
#include "mapper/gpu/rows/sddmm_rows.h"
#include "mapper/gpu/rows/spmm_rows.h"
#include "mapper/gpu/rows/spmv_rows.h"
#include "tests/unit/gpu_rows/machines.h"

namespace weft::mapper {
namespace {

using tests::row_machine;

const char* const kSkewedRows = "rmat:scale=11,edges=40000,a=.57,b=.19,c=.19,d=.05,seed=3";

std::vector<float> random_values(int64_t count, uint64_t seed) {
  base::Xoshiro256 random(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(2 * random.uniform() - 1);
  return values;
}

tensor::CsrMatrix matrix(const std::string& source) {
  return tensor::load_source(source).matrix;
}

struct DenseOutcome {
  sim::GpuRun run;
  tensor::VerifyReport report;
};

DenseOutcome run_spmm(const std::string& source, int64_t columns, const SpmmPlan& plan,
                      const std::string& machine = "rtx4080s") {
  const tensor::CsrMatrix a = matrix(source);
  const std::vector<float> x = random_values(a.cols * columns, 1);
  std::vector<float> y(static_cast<size_t>(a.rows * columns));
  OneLaunch program(spmm_launch(a, x, columns, y, plan));
  DenseOutcome outcome;
  outcome.run = row_machine(machine).run(program);
  outcome.report = tensor::verify_spmm(a, x, columns, y);
  return outcome;
}

DenseOutcome run_spmv(const std::string& source, const SpmvPlan& plan,
                      const std::string& machine = "rtx4080s") {
  const tensor::CsrMatrix a = matrix(source);
  const std::vector<float> x = random_values(a.cols, 2);
  std::vector<float> y(static_cast<size_t>(a.rows));
  OneLaunch program(spmv_launch(a, x, y, plan));
  DenseOutcome outcome;
  outcome.run = row_machine(machine).run(program);
  outcome.report = tensor::verify_spmm(a, x, 1, y);
  return outcome;
}

DenseOutcome run_sddmm(const std::string& source, int64_t depth,
                       const std::string& machine = "rtx4080s") {
  const tensor::CsrMatrix s = matrix(source);
  const std::vector<float> a = random_values(s.rows * depth, 3);
  const std::vector<float> b = random_values(s.cols * depth, 4);
  std::vector<float> z(static_cast<size_t>(s.nnz()));
  OneLaunch program(sddmm_launch(s, a, b, depth, z, {}));
  DenseOutcome outcome;
  outcome.run = row_machine(machine).run(program);
  outcome.report = tensor::verify_sddmm(s, a, b, depth, z);
  return outcome;
}

SpmvPlan by_rows() {
  SpmvPlan plan;
  plan.by_entries = false;
  return plan;
}

TEST(DenseRows, EveryKernelComputesOnEveryGeneration) {
  for (const char* machine : {"p100", "t4", "v100", "a100-sxm-80gb", "rtx4080s", "h200"}) {
    EXPECT_TRUE(run_spmm(kSkewedRows, 64, {}, machine).report.passed) << machine;
    EXPECT_TRUE(run_spmv(kSkewedRows, {}, machine).report.passed) << machine;
    EXPECT_TRUE(run_spmv(kSkewedRows, by_rows(), machine).report.passed) << machine;
    EXPECT_TRUE(run_sddmm(kSkewedRows, 48, machine).report.passed) << machine;
  }
}

TEST(DenseRows, EmptyRowsAndRaggedEdgesComeOutRight) {
  for (const char* source : {"uniform:rows=70,cols=33,nnz=50,seed=5", "poisson2d:n=9"}) {
    EXPECT_TRUE(run_spmm(source, 7, {}).report.passed) << source;
    EXPECT_TRUE(run_spmm(source, 100, {32, 4}).report.passed) << source;
    EXPECT_TRUE(run_spmv(source, {}).report.passed) << source;
    EXPECT_TRUE(run_spmv(source, by_rows()).report.passed) << source;
    EXPECT_TRUE(run_sddmm(source, 5).report.passed) << source;
  }
}

TEST(DenseRows, VerificationSeesAWrongValue) {
  const tensor::CsrMatrix a = matrix("poisson2d:n=9");
  const std::vector<float> x = random_values(a.cols, 2);
  std::vector<float> y(static_cast<size_t>(a.rows));
  OneLaunch program(spmv_launch(a, x, y, {}));
  row_machine("rtx4080s").run(program);
  y[17] += 0.001F;
  const tensor::VerifyReport report = tensor::verify_spmm(a, x, 1, y);
  EXPECT_FALSE(report.passed);
  EXPECT_TRUE(report.first_mismatch.starts_with("row 17, column 0: expected "))
      << report.first_mismatch;
}

TEST(DenseRows, SpmvOfALargeMatrixRunsAtTheBandwidthOfDram) {
  const sim::GpuRun run = run_spmv("poisson2d:n=1100", {}).run;
  const double moved = run.memory.dram_read_bytes + run.memory.dram_write_bytes;
  const double peak = tests::gpu_preset("rtx4080s").dram.peak_gb_s * 1e9;
  EXPECT_GT(moved / run.time_s, 0.6 * peak);
  EXPECT_LT(moved / run.time_s, peak);
}

TEST(DenseRows, ALongRowHoldsUpSpmvByRowsAndNotByEntries) {
  const std::string skewed = "rmat:scale=13,edges=200000,a=.75,b=.10,c=.10,d=.05,seed=3";
  EXPECT_GT(run_spmv(skewed, by_rows()).run.time_s, 2 * run_spmv(skewed, {}).run.time_s);
}

TEST(DenseRows, RowsOfXThatStayInCacheAreReadOnceFromDram) {
  const sim::GpuRun run = run_spmm(kSkewedRows, 128, {}).run;
  const tensor::CsrMatrix a = matrix(kSkewedRows);
  const double x_bytes = static_cast<double>(a.cols) * 128 * 4;
  const double a_bytes = static_cast<double>(a.nnz()) * 8 + static_cast<double>(a.rows) * 4;
  EXPECT_LT(run.memory.dram_read_bytes, 1.1 * (x_bytes + a_bytes));
  EXPECT_GT(run.launches.front().l1_bytes, 4 * x_bytes);
}

TEST(DenseRows, MoreSmsAreNeverSlowerByMoreThanAPercent) {
  double before = run_spmm(kSkewedRows, 128, {}, "rtx4080s/10").run.time_s;
  for (const char* machine : {"rtx4080s/20", "rtx4080s/40", "rtx4080s/80"}) {
    const double time = run_spmm(kSkewedRows, 128, {}, machine).run.time_s;
    EXPECT_LE(time, before * 1.01) << machine;
    before = time;
  }
}

}  // namespace
}  // namespace weft::mapper
