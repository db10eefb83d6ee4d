// SPDX-License-Identifier: Apache-2.0
// Every plan of every dense kernel against the statements as plain loops, at sizes that are worth
// several threads and leave ragged tiles everywhere.
#include "kernels/native/cpu/dense_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/dense/einsum.h"
#include "kernels/dense/operands.h"
#include "kernels/native/cpu/sampled_check.h"
#include "tests/support/kernels.h"

namespace weft::native {
namespace {

using testing::ElementsAre;
using testing_support::load_kernel;
using testing_support::Params;

struct Case {
  const char* kernel;
  Params params;
};

dense::TensorValues operands_of(const ir::Kernel& kernel) {
  dense::TensorValues operands;
  for (const ir::Tensor* tensor : dense::operands_of(kernel))
    operands[tensor->name] = dense::random_operand(kernel, *tensor);
  return operands;
}

std::vector<std::string> names_of(const DenseReference& reference) {
  std::vector<std::string> names;
  for (const NativeRun& run : reference.runs) names.push_back(run.implementation);
  return names;
}

class DenseReferenceRun : public testing::TestWithParam<Case> {};

TEST_P(DenseReferenceRun, EveryImplementationGivesTheStatements) {
  for (const char* dtype : {"f32", "f64", "bf16"}) {
    Params params = GetParam().params;
    params["dtype"] = dtype;
    const ir::Kernel kernel = load_kernel(GetParam().kernel, params);
    for (const int threads : {1, 3}) {
      const DenseReference reference =
          run_cpu_dense(kernel, operands_of(kernel), threads, Repetitions::exactly(2));
      EXPECT_EQ(reference.measured, std::string(dtype) == "f64" ? "f64" : "f32");
      EXPECT_EQ(reference.against, "fp64 loops over the statements on the host");
      for (const NativeRun& run : reference.runs) {
        EXPECT_TRUE(run.verified.passed)
            << run.implementation << " on " << threads << ": " << run.verified.first_mismatch;
        EXPECT_EQ(run.times_s.size(), 2U);
        EXPECT_LE(reference.runs[reference.fastest].best_s, run.best_s);
        EXPECT_FALSE(run.version.empty());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    OnRaggedSizes, DenseReferenceRun,
    testing::Values(Case{"gemm", {{"M", "67"}, {"N", "131"}, {"K", "515"}}},
                    Case{"gemm", {{"M", "1"}, {"N", "1"}, {"K", "1"}}},
                    Case{"gemm", {{"M", "300"}, {"N", "1"}, {"K", "9"}}},
                    Case{"bmm", {{"batch", "5"}, {"M", "133"}, {"N", "57"}, {"K", "41"}}},
                    Case{"blockdiag",
                         {{"tokens", "1777"}, {"M", "60"}, {"K", "36"}, {"blocks", "3"}}},
                    Case{"monarch",
                         {{"tokens", "1531"},
                          {"Kb", "6"},
                          {"Q", "10"},
                          {"Pi", "7"},
                          {"Lb", "4"},
                          {"So", "3"},
                          {"R", "15"}}},
                    Case{"lowrank", {{"tokens", "1701"}, {"M", "45"}, {"K", "50"}, {"R", "6"}}},
                    Case{"gemm24", {{"M", "35"}, {"N", "341"}, {"K", "132"}}},
                    Case{"gemm24", {{"M", "3"}, {"N", "1"}, {"K", "4"}}},
                    Case{"armor", {{"tokens", "399"}, {"Di", "64"}, {"Do", "48"}, {"Bs", "16"}}}),
    [](const auto& test) { return test.param.kernel + std::to_string(test.index); });

TEST(DenseReference, NamesWhatWasTried) {
  const ir::Kernel gemm = load_kernel("gemm", {{"M", "8"}, {"N", "8"}, {"K", "8"}});
  EXPECT_THAT(names_of(run_cpu_dense(gemm, operands_of(gemm), 1, Repetitions::exactly(1))),
              ElementsAre("openblas", "libxsmm"));
  const ir::Kernel gemm24 = load_kernel("gemm24", {{"M", "8"}, {"N", "8"}, {"K", "8"}});
  EXPECT_THAT(names_of(run_cpu_dense(gemm24, operands_of(gemm24), 1, Repetitions::exactly(1))),
              ElementsAre("openblas", "libxsmm", "weft 2:4"));
  const ir::Kernel armor =
      load_kernel("armor", {{"tokens", "8"}, {"Di", "8"}, {"Do", "8"}, {"Bs", "4"}});
  EXPECT_THAT(names_of(run_cpu_dense(armor, operands_of(armor), 1, Repetitions::exactly(1))),
              ElementsAre("openblas", "libxsmm", "weft 2:4 with openblas", "weft 2:4 with libxsmm",
                          "openblas, fused", "libxsmm, fused", "weft 2:4 with openblas, fused",
                          "weft 2:4 with libxsmm, fused"));
}

class SampledCheckOf : public testing::Test {
 protected:
  /// The kernel evaluated by another way, as arrays of fp32.
  TensorArrays<float> evaluated() const {
    dense::TensorValues values = operands_;
    dense::evaluate_kernel(kernel_, values);
    const std::vector<double>& y = values.at("Y").values;
    return {{"Y", Array<float>(y.begin(), y.end())}};
  }

  const ir::Kernel kernel_ = load_kernel(
      "lowrank", {{"tokens", "40"}, {"M", "12"}, {"K", "20"}, {"R", "4"}, {"dtype", "f32"}});
  const dense::TensorValues operands_ = operands_of(kernel_);
};

TEST_F(SampledCheckOf, AllTokensFindsAnyWrongElement) {
  const SampledCheck check(kernel_, operands_);
  TensorArrays<float> results = evaluated();
  EXPECT_TRUE(check.compare(results).passed);
  EXPECT_EQ(check.compare(results).entries, 12 * 40);
  results["Y"][133] += 0.01F;
  const tensor::VerifyReport wrong = check.compare(results);
  EXPECT_FALSE(wrong.passed);
  EXPECT_THAT(wrong.first_mismatch, testing::StartsWith("Y[133]: expected "));
  results["Y"][133] = std::nanf("");
  EXPECT_FALSE(check.compare(results).passed);
}

TEST_F(SampledCheckOf, SomeTokensAreSaid) {
  const double each = 12 * 4 + 20 * 4;
  const SampledCheck check(kernel_, operands_, 5 * each);
  EXPECT_EQ(check.method(), "fp64 loops over the statements on the host, 5 of 40 values of c");
  TensorArrays<float> results = evaluated();
  EXPECT_EQ(check.compare(results).entries, 12 * 5);
  EXPECT_TRUE(check.compare(results).passed);
  results["Y"][39] += 0.01F;  // the last token is among them
  EXPECT_FALSE(check.compare(results).passed);
}

}  // namespace
}  // namespace weft::native
