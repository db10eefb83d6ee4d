// SPDX-License-Identifier: Apache-2.0
// The library's documents on the fabric: roles are chosen, holes are filled, results verified.
#include "kernels/ir/library.h"

#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/roles.h"
#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

struct Case {
  std::string kernel;
  std::map<std::string, std::string> sizes;
};

ir::Kernel library_kernel(const Case& each, base::Diagnostics& diagnostics) {
  const auto file =
      std::filesystem::path(WEFT_SOURCE_DIR) / "kernels/library" / (each.kernel + ".yaml");
  ir::Kernel kernel = ir::load_kernel(file.string(), {}, diagnostics);
  ir::set_params_from_text(kernel, each.sizes, diagnostics);
  const machine::MachineDescription fabric{"fabric", machine::FabricDescription{}};
  mapper::check_roles(kernel, fabric, diagnostics);
  mapper::choose_roles(kernel, fabric);
  return kernel;
}

class LibraryOnFabric : public testing::TestWithParam<Case> {};

TEST_P(LibraryOnFabric, IsVerified) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = library_kernel(GetParam(), diagnostics);
  ASSERT_THAT(diagnostics.messages(), testing::IsEmpty());
  const NestRun run = run_nest(std::move(kernel));
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.source_cycles, run.thread_cycles);
}

INSTANTIATE_TEST_SUITE_P(
    Nest, LibraryOnFabric,
    testing::Values(
        Case{"gemm", {{"M", "40"}, {"N", "33"}, {"K", "20"}, {"dtype", "f64"}}},
        Case{"bmm", {{"batch", "3"}, {"M", "20"}, {"N", "17"}, {"K", "9"}}},
        Case{"blockdiag", {{"tokens", "20"}, {"M", "32"}, {"K", "32"}, {"blocks", "4"}}},
        Case{"lowrank", {{"tokens", "40"}, {"M", "24"}, {"K", "20"}, {"R", "8"}}},
        Case{"lowrank_two", {{"tokens", "40"}, {"M", "24"}, {"K", "20"}, {"R", "8"}}},
        Case{"blockdense",
             {{"tokens", "40"}, {"M", "24"}, {"K", "20"}, {"R", "8"}, {"blocks", "2"}}},
        Case{"mm_star",
             {{"tokens", "40"}, {"Kb", "4"}, {"Pi", "5"}, {"In", "3"}, {"Lb", "6"}, {"So", "7"}}},
        Case{"monarch_two",
             {{"tokens", "40"},
              {"Kb", "4"},
              {"Q", "6"},
              {"Pi", "5"},
              {"Lb", "4"},
              {"So", "7"},
              {"R", "6"}}},
        Case{"monarch",
             {{"tokens", "20"},
              {"Kb", "4"},
              {"Q", "4"},
              {"Pi", "4"},
              {"Lb", "4"},
              {"So", "4"},
              {"R", "4"}}},
        Case{"spmv", {{"M", "50"}, {"K", "40"}}}, Case{"spmm", {{"M", "30"}, {"N", "32"}}},
        Case{"sddmm", {{"M", "20"}, {"N", "20"}, {"K", "16"}}},
        Case{"butterfly", {{"vectors", "5"}, {"L", "4"}}},
        Case{"fwht", {{"vectors", "5"}, {"L", "4"}}},
        Case{"householder", {{"columns", "9"}, {"D", "12"}, {"reflections", "3"}}},
        Case{"ssm_scan", {{"T", "6"}, {"channels", "9"}, {"states", "4"}}}),
    [](const auto& each) { return each.param.kernel; });

TEST(LibrarySlices, ARecurrenceKeepsItsLiveStepAndTheNextInTheScratchpad) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = library_kernel({"fwht", {{"vectors", "5"}, {"L", "4"}}}, diagnostics);
  einsum::Operands operands;
  for (const ir::Tensor* tensor : einsum::initial_tensors(kernel))
    operands[tensor->name] = einsum::random_operand(kernel, *tensor);
  mapper::NestTensors tensors(kernel, operands, diagnostics);
  const mapper::NestTarget target = small_target();
  mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  const mapper::CompiledNest compiled(kernel, target, tensors, diagnostics, false);
  ASSERT_THAT(diagnostics.messages(), testing::IsEmpty());
  // Two steps of 16 elements of four bytes for each thread.
  EXPECT_EQ(compiled.plan().scratchpad_bytes, 2U * 16 * 4 * 8);
}

TEST(LibraryRoles, AUnitThatADocumentFixesIsMissed) {
  base::Diagnostics diagnostics;
  library_kernel({"gemm24", {}}, diagnostics);
  ASSERT_EQ(diagnostics.messages().size(), 1U);
  EXPECT_THAT(diagnostics.messages()[0],
              testing::HasSubstr("needs role 'mma.sp', for which fabric has no unit"));
}

TEST(LibraryRoles, AUnitThatADocumentLeavesOpenIsPlainArithmetic) {
  base::Diagnostics diagnostics;
  const auto file = std::filesystem::path(WEFT_SOURCE_DIR) / "kernels/library/gemm24.yaml";
  ir::Kernel kernel = ir::load_kernel(file.string(), {}, diagnostics);
  ir::set_params_from_text(kernel, {{"M", "16"}, {"N", "12"}, {"K", "16"}}, diagnostics);
  kernel.schedule.statements.find("mul")->tensorize->use.options = {ir::MatrixUnit::MmaSparse,
                                                                    ir::MatrixUnit::Fma};
  const machine::MachineDescription fabric{"fabric", machine::FabricDescription{}};
  mapper::check_roles(kernel, fabric, diagnostics);
  mapper::choose_roles(kernel, fabric);
  ASSERT_THAT(diagnostics.messages(), testing::IsEmpty());
  const NestRun run = run_nest(std::move(kernel));
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.products, 16U * 12 * 8);  // half of W is stored
}

TEST(LibraryRoles, OneDocumentChoosesWorkersByMachine) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel = library_kernel({"gemm", {}}, diagnostics);
  const auto& mul = *kernel.schedule.statements.find("mul");
  EXPECT_EQ(mul.par.find("m1")->value(), ir::Unit::Core);
  EXPECT_EQ(mul.hold.find("A")->in.value(), ir::Memory::Spad);
  EXPECT_EQ(mul.tensorize->use.value(), ir::MatrixUnit::Fma);
}

}  // namespace
}  // namespace weft::tests
