// SPDX-License-Identifier: Apache-2.0
// Kernels as CUDA programs: what is written, and that nvcc takes it where there is one.
#include <cstdlib>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

using testing::HasSubstr;
using tests::Command;
using tests::Outcome;

class CodegenCommand : public Command {
 protected:
  void expect_refusal(const std::string& arguments, const std::string& message) const {
    const Outcome outcome = weft("codegen " + arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(outcome.out, "");
  }
};

TEST_F(CodegenCommand, TheMappingThatIsSimulatedIsTheMappingThatIsWritten) {
  const std::string kernel = "-k gemm -m a100-sxm-80gb -p M=2048 -p N=1536 -p K=512 -p dtype=f16";
  const Outcome run = weft("simulate " + kernel + " --no-values --json -");
  ASSERT_EQ(run.status, 0) << run.err;
  const nlohmann::json tiles =
      nlohmann::json::parse(run.out).at("mapping").at("schedule").at("mul").at("tiles");
  const Outcome code = weft("codegen " + kernel);
  ASSERT_EQ(code.status, 0) << code.err;
  const auto says = [&](const char* name, const char* loop) {
    EXPECT_THAT(code.out, HasSubstr(std::string(name) + " = " + tiles.at(loop).dump()));
  };
  says("tile_m", "m0");
  says("tile_n", "n0");
  says("tile_k", "k0");
  says("band", "n1");
  EXPECT_THAT(code.out, HasSubstr("batch = 1, m = 2048, n = 1536, k = 512;"));
}

TEST_F(CodegenCommand, AMappingFileGivesTheSameProgram) {
  const Outcome code = weft("codegen -k bmm -m rtx4090 -p batch=4 -p M=300");
  ASSERT_EQ(code.status, 0) << code.err;
  std::string mapping;  // the comment that begins the file holds it
  for (size_t at = code.out.find("//   mapping: 1"); code.out.compare(at, 5, "//   ") == 0;) {
    const size_t end = code.out.find('\n', at);
    mapping += code.out.substr(at + 5, end - at - 4);
    at = end + 1;
  }
  write("mapping.yaml", mapping);
  const Outcome again = weft("codegen --mapping mapping.yaml -m rtx4090");
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(again.out, code.out);
}

TEST_F(CodegenCommand, TheMachineIsThatOfTheMappingWhereNoneIsNamed) {
  ASSERT_EQ(
      weft("map -k gemm -m rtx4090 -p M=128 -p N=128 -p K=128 --budget 1sims -o gm.yaml").status,
      0);
  EXPECT_THAT(tests::text_of(folder_ / "gm.yaml"), HasSubstr("arch: rtx4090"));
  const Outcome code = weft("codegen -k gemm --mapping gm.yaml");
  EXPECT_EQ(code.status, 0);
  EXPECT_EQ(code.err, "");
  EXPECT_THAT(code.out, HasSubstr("gemm, mapped to NVIDIA GeForce RTX 4090"));
  EXPECT_EQ(weft("simulate -k gemm -m h200 --mapping gm.yaml").status, 0) << "others may replay it";
  const Outcome usual = weft("codegen -k gemm");
  EXPECT_EQ(usual.status, 0);
  EXPECT_THAT(usual.err, HasSubstr("for h200, as neither -m nor the document names a machine"));
}

TEST_F(CodegenCommand, AMappingOfAnotherKernelIsRefusedEverywhere) {
  const std::string schedule =
      "mapping: 1\nkernel: spgemm_row_hash\n"
      "schedule: {mul: {order: [m, k, n], par: {m: thread}}}\n";
  write("rows.yaml", schedule);
  const std::string other =
      "rows.yaml:2:9: kernel: expected a mapping of bmm, which -k names, found one of "
      "spgemm_row_hash\n";
  for (const char* command :
       {"simulate -k bmm -m h200 --mapping rows.yaml", "codegen -k bmm --mapping rows.yaml"}) {
    const Outcome run = weft(command);
    EXPECT_EQ(run.status, 2) << command;
    EXPECT_EQ(run.err, other) << command;
  }
  const Outcome mapped = weft("map -k gemm -m h200 -p M=64 -p N=64 -p K=64 --budget 1sims -o -");
  std::string renamed = mapped.out;
  renamed.replace(renamed.find("kernel: gemm"), 12, "kernel: bmm");
  write("renamed.yaml", renamed);
  for (const char* command :
       {"simulate -k bmm -m h200 --mapping renamed.yaml", "codegen --mapping renamed.yaml",
        "check renamed.yaml", "show renamed.yaml", "show --stage tiles -m h200 renamed.yaml",
        "show --explain -m h200 renamed.yaml"}) {
    const Outcome run = weft(command);
    EXPECT_EQ(run.status, 2) << command;
    EXPECT_THAT(run.err, HasSubstr("renamed.yaml:2:9: kernel: expected a mapping that computes "
                                   "what bmm does, 'C[b,m,n] += A[b,m,k]*B[b,k,n]', found "
                                   "'C[m,n] += A[m,k]*B[k,n]'\n"))
        << command;
  }
}

TEST_F(CodegenCommand, StridesFollowTheSubscripts) {
  const Outcome code =
      weft("codegen -k blockdiag -m h200 -p tokens=512 -p M=1024 -p K=2048 -p blocks=8");
  ASSERT_EQ(code.status, 0) << code.err;
  EXPECT_THAT(code.out, HasSubstr("batch = 8, m = 128, n = 512, k = 256;"));
  EXPECT_THAT(code.out, HasSubstr("a_batch = 32768, a_m = 256, a_k = 1;"));
  EXPECT_THAT(code.out, HasSubstr("b_batch = 256, b_n = 2048, b_k = 1;"));
  EXPECT_THAT(code.out, HasSubstr("c_batch = 128, c_m = 1, c_n = 1024;"));
}

TEST_F(CodegenCommand, RefusesWhatTheDeviceCodeDoesNotKnow) {
  expect_refusal("-k monarch -m h200",
                 "monarch.yaml:14:12: error: CUDA code is written for kernels of one statement");
  expect_refusal("-k gemm -m t4 -p dtype=f16",
                 "matrix instructions of compute capability 8.0, NVIDIA T4 has 7.5");
  expect_refusal("-k gemm -m piuma-die", "--machine piuma-die: expected a GPU, found a fabric");
  expect_refusal("-k spmm -m h200",
                 "expected gemm, bmm, blockdiag, gemm24 or row-wise hash SpGEMM, found spmm");
  expect_refusal("-k spgemm_row_hash_global -m h200",
                 "CUDA code of sparse products is written for spill: passes");
  expect_refusal("-m h200", "expected a kernel (-k) or a mapping (--mapping), found neither");
  expect_refusal("-k gem -m h200", "did you mean 'gemm'?");
}

/// Arguments of codegen, and the architecture to compile for.
class CompiledCodegen : public CodegenCommand,
                        public testing::WithParamInterface<std::tuple<const char*, const char*>> {};

TEST_P(CompiledCodegen, NvccTakesTheProgram) {
  if (std::string(WEFT_NVCC).empty())
    GTEST_SKIP() << "no nvcc, or a build with sanitizers, which change nothing for it";
  const auto [arguments, architecture] = GetParam();
  const Outcome code = weft(std::string("codegen ") + arguments + " -o kernel.cu");
  ASSERT_EQ(code.status, 0) << code.err;
  const std::string compile =
      "cd '" + folder_.string() +
      "' && '" WEFT_NVCC "' -std=c++17 -O0 -Werror all-warnings -arch=" + architecture +
      " -o kernel kernel.cu >out 2>&1";
  EXPECT_EQ(std::system(compile.c_str()), 0) << tests::text_of(folder_ / "out");
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, CompiledCodegen,
    testing::Values(std::tuple("-k gemm -m a100-sxm-80gb -p dtype=f16", "sm_80"),
                    std::tuple("-k gemm -m h200 -p dtype=fp8", "sm_90"),
                    std::tuple("-k gemm -m rtx4090 -p M=100 -p K=1000", "sm_89"),
                    std::tuple("-k bmm -m h200 -p dtype=bf16 -p M=200 -p N=36", "sm_90"),
                    std::tuple("-k blockdiag -m a100-pcie-40gb", "sm_80"),
                    std::tuple("-k gemm24 -m h200", "sm_90"),
                    std::tuple("-k spgemm_row_hash -m rtx4080s", "sm_89"),
                    std::tuple("-k spgemm_row_hash -m a100-sxm-40gb", "sm_80")));

}  // namespace
}  // namespace weft
