// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/einsum.h"

#include <Eigen/Core>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/dense/linear_access.h"
#include "kernels/dense/operands.h"
#include "kernels/ir/library.h"

namespace weft::dense {
namespace {

ir::Kernel load(const std::string& name, const std::map<std::string, std::string>& params) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = ir::load_kernel(
      std::string(WEFT_SOURCE_DIR) + "/kernels/library/" + name + ".yaml", {}, diagnostics);
  ir::set_params_from_text(kernel, params, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

TEST(LinearAccess, StridesAgreeWithTheSubscripts) {
  const ir::Kernel kernel = load("monarch", {{"tokens", "3"}});
  const ir::Expression& target = kernel.find_statement("second")->target;  // Y[t, s*Lb + l]
  const LinearAccess access = linear_access(kernel, target, {"t", "s", "l", "r"});
  EXPECT_EQ(access.base, 0);
  EXPECT_THAT(access.strides, testing::ElementsAre(1024, 32, 1, 0));
}

TEST(EvaluateKernel, ComputesASmallProduct) {
  const ir::Kernel kernel = load("gemm", {{"M", "2"}, {"N", "2"}, {"K", "3"}});
  TensorValues values;
  values["A"] = {{2, 3}, {1, 2, 3, 4, 5, 6}};
  values["B"] = {{3, 2}, {1, 0, 0, 1, 2, 2}};
  evaluate_kernel(kernel, values);
  EXPECT_THAT(values["C"].values, testing::ElementsAre(7, 8, 16, 17));
}

TEST(EvaluateKernel, PermutesBetweenTheProductsOfMonarch) {
  // With identities for blocks, Y is X with its columns as a transposed 2 x 2 grid.
  const ir::Kernel kernel = load("monarch", {{"tokens", "1"},
                                             {"Kb", "2"},
                                             {"Q", "2"},
                                             {"Pi", "2"},
                                             {"Lb", "2"},
                                             {"So", "2"},
                                             {"R", "2"}});
  TensorValues values;
  values["X"] = {{1, 4}, {1, 2, 3, 4}};
  values["W1"] = values["W2"] = {{2, 2, 2}, {1, 0, 0, 1, 1, 0, 0, 1}};
  evaluate_kernel(kernel, values);
  EXPECT_THAT(values["T"].values, testing::ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(values["Y"].values, testing::ElementsAre(1, 2, 3, 4));
  values["W2"].values = {0, 1, 1, 0, 1, 0, 0, 1};  // block 0 swaps r: columns 0 and 2
  values.erase("T");
  values.erase("Y");
  evaluate_kernel(kernel, values);
  EXPECT_THAT(values["Y"].values, testing::ElementsAre(3, 2, 1, 4));
}

TEST(EvaluateKernel, LargeSumsAgreeWithPlainOnes) {
  // Just past the size at which OpenBLAS takes over, against one element summed here.
  const ir::Kernel kernel = load("bmm", {{"batch", "2"}, {"M", "260"}, {"N", "250"}, {"K", "140"}});
  TensorValues values;
  for (const ir::Tensor* tensor : operands_of(kernel)) {
    values[tensor->name] = random_operand(kernel, *tensor);
  }
  EXPECT_THAT(evaluate_kernel(kernel, values), testing::HasSubstr("OpenBLAS"));
  const auto at = [&](const char* name, size_t b, size_t rows, size_t columns, size_t i, size_t j) {
    return values[name].values[(b * rows + i) * columns + j];
  };
  double sum = 0;
  for (size_t k = 0; k < 140; ++k) sum += at("A", 1, 260, 140, 99, k) * at("B", 1, 140, 250, k, 7);
  EXPECT_EQ(at("C", 1, 260, 250, 99, 7), static_cast<float>(sum)) << "rounded as it is stored";
}

TEST(CompareResults, FindsAWrongElement) {
  const ir::Kernel kernel = load("gemm", {{"M", "8"}, {"N", "8"}, {"K", "8"}, {"dtype", "f16"}});
  TensorValues right;
  right["C"] = {{8, 8}, std::vector<double>(64, 1.0)};
  TensorValues wrong = right;
  EXPECT_TRUE(compare_results(kernel, wrong, right).passed());
  wrong["C"].values[17] = 1.01;
  const Deviation deviation = compare_results(kernel, wrong, right);
  EXPECT_FALSE(deviation.passed());
  EXPECT_EQ(deviation.first_mismatch, "C[17]: expected 1, found 1.01");
  wrong["C"].values[17] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(compare_results(kernel, wrong, right).passed());
}

TEST(Operands, AreExactInTheirDtypeAndSeeded) {
  const ir::Kernel kernel = load("gemm24", {{"M", "16"}, {"N", "16"}, {"K", "16"}});
  const ir::Tensor& w = *kernel.find_tensor("W");
  const DenseTensor first = random_operand(kernel, w);
  EXPECT_EQ(first.values, random_operand(kernel, w).values);
  EXPECT_NE(first.values, random_operand(kernel, *kernel.find_tensor("X")).values);
  EXPECT_EQ(std::ranges::count(first.values, 0.0), 128);
  for (const double value : first.values) {
    EXPECT_EQ(value, static_cast<double>(Eigen::half(static_cast<float>(value))));
  }
}

TEST(Operands, GivenOnesMustHaveTheShapeAndTheStructure) {
  const ir::Kernel kernel = load("gemm24", {{"M", "2"}, {"N", "4"}, {"K", "8"}});
  const ir::Tensor& w = *kernel.find_tensor("W");
  base::Diagnostics diagnostics;
  given_operand(kernel, w, {{2, 4}, std::vector<double>(8, 0)}, "w.npy", diagnostics);
  DenseTensor full{{2, 8}, std::vector<double>(16, 0)};
  for (size_t i = 12; i < 15; ++i) full.values[i] = 1;
  given_operand(kernel, w, full, "w.npy", diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              testing::ElementsAre(
                  "w.npy: expected the shape 2 x 8 of tensor W, found 2 x 4",
                  "w.npy: expected two nonzeros at most in every four of tensor W, found more in "
                  "row 1, columns 4 to 7"));
}

}  // namespace
}  // namespace weft::dense
