// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/dense/einsum.h"
#include "kernels/dense/operands.h"
#include "mapper/gpu/tile_values.h"
#include "sim/gpu/cta_order.h"
#include "tests/support/gpu_kernels.h"

namespace weft::mapper {
namespace {

using testing::IsEmpty;
using testing_support::Params;

struct Case {
  const char* name;
  const char* kernel;
  const char* gpu;
  Params params;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.name;
}

class TileValues : public testing::TestWithParam<Case> {};

/// The arithmetic of all CTAs, without their time, against the statements. Sizes leave partial
/// tiles.
TEST_P(TileValues, OfAllCtasAreTheStatements) {
  ir::Kernel kernel = testing_support::load_kernel(GetParam().kernel, GetParam().params);
  GpuMapping mapping;
  ASSERT_THAT(testing_support::lower(kernel, testing_support::load_gpu(GetParam().gpu), &mapping),
              IsEmpty());
  base::Diagnostics diagnostics;
  program::GridProgram program = compile_mapping(mapping, diagnostics);
  dense::TensorValues values, expected;
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    values[tensor->name] = expected[tensor->name] = dense::random_operand(kernel, *tensor);
  }
  attach_values(program, mapping, kernel, values);
  for (const program::Launch& launch : program.launches) {
    for (int64_t cta = 0; cta < launch.grid.ctas(); ++cta) {
      launch.function->run(sim::cta_coordinates(launch.grid, cta));
    }
  }
  dense::evaluate_kernel(kernel, expected);
  const dense::Deviation deviation = dense::compare_results(kernel, values, expected);
  EXPECT_EQ(deviation.first_mismatch, "");
}

const Case kCases[] = {
    {"GemmF32", "gemm", "h200", {{"M", "130"}, {"N", "70"}, {"K", "50"}}},
    {"GemmF16", "gemm", "h200", {{"M", "130"}, {"N", "70"}, {"K", "50"}, {"dtype", "f16"}}},
    {"GemmI8", "gemm", "a100-sxm-80gb", {{"M", "65"}, {"N", "9"}, {"K", "33"}, {"dtype", "i8"}}},
    {"GemmF64", "gemm", "a100-sxm-80gb", {{"M", "65"}, {"N", "9"}, {"K", "33"}, {"dtype", "f64"}}},
    {"GemmF8", "gemm", "h200", {{"M", "65"}, {"N", "9"}, {"K", "33"}, {"dtype", "f8"}}},
    // A sum of halves is rounded once, however many parts it is added up from.
    {"GemmSplitKF16", "gemm", "h200", {{"M", "32"}, {"N", "32"}, {"K", "8000"}, {"dtype", "f16"}}},
    {"GemmSplitK", "gemm", "h200", {{"M", "32"}, {"N", "32"}, {"K", "4000"}}},
    {"GemmNaive", "gemm_naive", "rtx4070", {{"M", "50"}, {"N", "37"}, {"K", "41"}, {"tile", "8"}}},
    {"Bmm", "bmm", "t4", {{"batch", "3"}, {"M", "40"}, {"N", "70"}, {"K", "20"}}},
    {"Blockdiag",
     "blockdiag",
     "h200",
     {{"tokens", "70"}, {"M", "96"}, {"K", "64"}, {"blocks", "4"}}},
    {"Gemm24", "gemm24", "a100-sxm-80gb", {{"M", "70"}, {"N", "30"}, {"K", "132"}}},
    {"Monarch", "monarch", "rtx4090", {{"tokens", "70"}}},
    {"MonarchF32", "monarch", "p100", {{"tokens", "40"}, {"dtype", "f32"}}},
    {"MonarchThroughDram",
     "monarch",
     "t4",
     {{"tokens", "20"}, {"Kb", "64"}, {"Q", "64"}, {"Lb", "64"}, {"R", "64"}}},
    {"Lowrank", "lowrank", "h200", {{"tokens", "70"}, {"M", "130"}, {"K", "100"}}},
    {"LowrankTwo",
     "lowrank_two",
     "a100-sxm-80gb",
     {{"tokens", "70"}, {"M", "130"}, {"K", "100"}, {"R", "36"}}},
    {"BlockDense",
     "blockdense",
     "a100-sxm-80gb",
     {{"tokens", "70"}, {"M", "130"}, {"K", "96"}, {"R", "36"}, {"blocks", "3"}}},
    {"MmStar",
     "mm_star",
     "a100-sxm-80gb",
     {{"tokens", "70"}, {"Kb", "4"}, {"Pi", "24"}, {"In", "16"}, {"Lb", "8"}, {"So", "20"}}},
    {"MonarchTwo",
     "monarch_two",
     "a100-sxm-80gb",
     {{"tokens", "70"},
      {"Kb", "4"},
      {"Q", "24"},
      {"Pi", "40"},
      {"Lb", "4"},
      {"So", "36"},
      {"R", "24"}}},
    {"Armor", "armor", "h200", {{"tokens", "70"}, {"Di", "256"}, {"Do", "384"}}}};

INSTANTIATE_TEST_SUITE_P(Library, TileValues, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(TileValuesCases, CoverASplitSum) {
  ir::Kernel kernel = testing_support::load_kernel("gemm", kCases[5].params);
  GpuMapping mapping;
  ASSERT_THAT(testing_support::lower(kernel, testing_support::load_gpu("h200"), &mapping),
              IsEmpty());
  EXPECT_GT(mapping.groups[0].grid.split_k, 1);
}

}  // namespace
}  // namespace weft::mapper
