// SPDX-License-Identifier: Apache-2.0
// `weft reference run --target cuda` beside a program that stands for the vendor libraries, so that
// what Weft makes of a measurement is tested where no card is.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using tests::Command;
using tests::Outcome;

class CudaReference : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    setenv("WEFT_CUDA_LIBRARIES", (folder_ / "libraries").c_str(), 1);
  }
  void TearDown() override {
    unsetenv("WEFT_CUDA_LIBRARIES");
    Command::TearDown();
  }

  /// A program that writes its arguments down, prints `out` and ends with `status`.
  void stand_in(const std::string& out, const std::string& err, int status) const {
    write("out.txt", out);
    write("err.txt", err);
    const std::string folder = folder_.string();
    write("libraries", "#!/bin/sh\necho \"$@\" >> '" + folder + "/arguments'\ncat '" + folder +
                           "/out.txt'\ncat '" + folder + "/err.txt' >&2\nexit " +
                           std::to_string(status) + "\n");
    std::filesystem::permissions(folder_ / "libraries", std::filesystem::perms::owner_all);
  }
  void stand_in_measurement(bool passed) const {
    const json measured = {
        {"gpu", "A Card of Nobody"},
        {"compute_capability", "9.0"},
        {"driver", 12080},
        {"runtime", 13000},
        {"clock_khz", 1980000},
        {"times_ms", {0.6, 0.5, 0.8}},
        {"verified", {{"passed", passed}, {"max_rel_error", passed ? 0.0 : 2.0}}}};
    stand_in(measured.dump(), passed ? "" : "C[3]: expected 1, found 2\n", passed ? 0 : 1);
  }
};

TEST_F(CudaReference, ABatchedProductIsOneCallWithItsStrides) {
  stand_in_measurement(true);
  const Outcome run = weft(
      "reference run -k blockdiag --target cuda -p tokens=512 -p M=1024 -p K=2048 -p blocks=8 "
      "--json -");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(
      tests::text_of(folder_ / "arguments"),
      "product batch=8 m=512 n=128 k=256 a_batch=256 a_m=2048 a_k=1 b_batch=32768 b_n=256 b_k=1 "
      "c_batch=128 c_m=1024 c_n=1 dtype=f16 repetitions=20\n");
  const json result = json::parse(run.out);
  EXPECT_EQ(result.at("schema"), "weft.reference/1");
  EXPECT_EQ(result.at("target"), "cuda");
  EXPECT_EQ(result.at("machine"), "A Card of Nobody");
  EXPECT_DOUBLE_EQ(result.at("time_s"), 0.5e-3);
  EXPECT_DOUBLE_EQ(result.at("median_s"), 0.6e-3);
  EXPECT_DOUBLE_EQ(result.at("gflops"), 2.0 * 512 * 1024 * 256 / 0.5e-3 * 1e-9);
}

TEST_F(CudaReference, TheStatementsOfAChainAreCallsWhoseTimesAddUp) {
  stand_in_measurement(true);
  const Outcome run = weft("reference run -k lowrank --target cuda --json -");
  ASSERT_EQ(run.status, 0) << run.err;
  const json result = json::parse(run.out);
  EXPECT_DOUBLE_EQ(result.at("time_s"), 2 * 0.5e-3);
  EXPECT_EQ(result.at("implementations").at(0).at("note"), "one call a statement, times added");
}

TEST_F(CudaReference, SparseOperandsGoByTheirSources) {
  stand_in_measurement(true);
  const Outcome run = weft(
      "reference run -k spgemm_row_hash --target cuda -i A=banded:n=50,half_bandwidth=3,seed=1 "
      "--json -");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(tests::text_of(folder_ / "arguments"),
            "spgemm a=banded:n=50,half_bandwidth=3,seed=1 b=A repetitions=20\n");
}

TEST_F(CudaReference, AWrongResultIsAFailedVerification) {
  stand_in_measurement(false);
  const Outcome run = weft("reference run -k gemm --target cuda --json -");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.out, HasSubstr("C[3]: expected 1, found 2"));
}

TEST_F(CudaReference, FaultsOfTheLibrariesAreToldAndWriteNothing) {
  stand_in("", "cudaMalloc: out of memory\n", 2);
  const Outcome full = weft("reference run -k gemm --target cuda -o gemm.json");
  EXPECT_EQ(full.status, 2);
  EXPECT_EQ(full.err, "--target cuda: cudaMalloc: out of memory\n");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "gemm.json"));
  stand_in("", "kernel: unspecified launch failure\n", 70);
  EXPECT_EQ(weft("reference run -k gemm --target cuda").err,
            "--target cuda: libraries ended with status 70: kernel: unspecified launch failure\n");
  stand_in("nonsense", "", 0);
  EXPECT_THAT(weft("reference run -k gemm --target cuda").err, HasSubstr("printed no measurement"));
}

TEST_F(CudaReference, WithoutACardTheLibrariesSaySo) {
  unsetenv("WEFT_CUDA_LIBRARIES");
  const Outcome run = weft("reference run -k gemm --target cuda", "env CUDA_VISIBLE_DEVICES=");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err,
              testing::AnyOf(HasSubstr("no usable CUDA device"), HasSubstr("no CUDA references")));
}

}  // namespace
}  // namespace weft
