// SPDX-License-Identifier: Apache-2.0
// Kernels of the library on GPUs, as users run them.
#include <cmath>
#include <fstream>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/source_sums.h"
#include "tests/support/weft_command.h"

namespace weft {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using tests::Command;
using tests::Outcome;

class GpuCommand : public Command {
 protected:
  /// The result of a simulation that must succeed.
  json simulate(const std::string& arguments) const {
    const Outcome outcome = weft("simulate " + arguments + " --json -");
    EXPECT_EQ(outcome.status, 0) << arguments << ": " << outcome.err;
    return outcome.status == 0 ? json::parse(outcome.out) : json();
  }
};

double sum_of(const json& list, const char* key) {
  double sum = 0;
  for (const json& item : list) sum += item.at(key).get<double>();
  return sum;
}

/// What holds of every result of a run on a GPU.
void expect_sound(const json& result) {
  double stalls = 0;
  for (const auto& [cause, fraction] : result.at("stalls").items()) {
    EXPECT_GE(fraction.get<double>(), 0) << cause;
    stalls += fraction.get<double>();
  }
  EXPECT_NEAR(stalls, 1, 1e-9);
  tests::expect_lines_add_up_to_stalls(result);
  EXPECT_NEAR(result.at("cycles").get<double>(),
              result.at("time_s").get<double>() * result.at("clock_ghz").get<double>() * 1e9, 0.5);
  EXPECT_TRUE(result.at("cycles").is_number_integer());
  for (const char* count : {"flops", "products", "nnz_out", "compulsory_bytes"})
    EXPECT_TRUE(result.at("work").at(count).is_number_integer()) << count;
  EXPECT_TRUE(result.at("issue").at("instructions").is_number_integer());
  const json& l2 = result.at("memory").at("l2");
  const json& dram = result.at("dram");
  const double l2_bytes = l2.at("bytes");
  EXPECT_NEAR(sum_of(result.at("by_source"), "bytes") / l2_bytes, 1, 1e-9);
  EXPECT_NEAR(sum_of(result.at("by_source"), "cycles") / result.at("cycles").get<double>(), 1,
              1e-9);
  const double below = l2.at("hit_bytes").get<double>() + dram.at("read_bytes").get<double>() +
                       dram.at("write_bytes").get<double>();
  EXPECT_NEAR(below / l2_bytes, 1, 1e-6);
  EXPECT_GE(dram.at("read_bytes").get<double>() + dram.at("write_bytes").get<double>(),
            result.at("work").at("compulsory_bytes").get<double>() * (1 - 1e-6));
  EXPECT_LE(result.at("occupancy").at("achieved"), result.at("occupancy").at("theoretical"));
  EXPECT_LE(result.at("tensor").at("utilisation"), 1.0);
  EXPECT_LE(result.at("roofline").at("attained_fraction"), 1.0);
  EXPECT_LE(result.at("clock_ghz").get<double>(),
            result.at("configuration").at("clock").at("max_ghz").get<double>());
}

TEST_F(GpuCommand, EveryDenseKernelIsVerified) {
  for (const char* arguments : {"-k gemm -m rtx4080s -p M=200 -p N=300 -p K=100",
                                "-k gemm -m h200 -p M=200 -p N=300 -p K=100 -p dtype=fp16",
                                "-k gemm_naive -m rtx4070 -p M=100 -p N=60 -p K=50 -p tile=4",
                                "-k gemm_naive -m rtx4070 -p M=99 -p N=65 -p K=70 -p tile=16",
                                "-k bmm -m v100 -p batch=4 -p M=100 -p N=60 -p K=64 -p dtype=half",
                                "-k blockdiag -m t4 -p tokens=100 -p M=256 -p K=256 -p blocks=8",
                                "-k monarch -m a100-sxm-80gb -p tokens=100 -p dtype=bf16",
                                "-k gemm24 -m h100-sxm -p M=200 -p N=100 -p K=256 -p dtype=bf16",
                                "-k lowrank -m l4 -p tokens=100 -p M=200 -p K=300",
                                "-k armor -m rtx4090 -p tokens=100 -p Di=512 -p Do=256"}) {
    SCOPED_TRACE(arguments);
    const json result = simulate(arguments);
    ASSERT_FALSE(result.is_null());
    EXPECT_EQ(result.at("verified").at("passed"), true);
    expect_sound(result);
  }
}

/// Published times of products of halves: a cuBLAS run of an H100, the tables of Vidur
/// (microsoft/vidur, data/profiling/compute) and of XLA (gpu/model/matmul_interpolator_data.h).
TEST_F(GpuCommand, LargeProductsOfHalvesTakeWhatIsPublished) {
  struct Published {
    const char* arguments;
    double ms;
    double tolerance;
  };
  constexpr Published kProducts[] = {
      {"-m h100-sxm -p batch=1 -p M=8192 -p N=8192 -p K=8192", 1.477, 0.03},  // 744.5 TFLOPS
      {"-m h100-sxm -p batch=1 -p M=4096 -p N=57344 -p K=8192", 5.636, 0.12},
      {"-m h100-sxm -p batch=1 -p M=768 -p N=8192 -p K=28672", 0.569, 0.12},
      {"-m h100-sxm -p batch=4 -p M=2048 -p N=4096 -p K=4096", 0.3428, 0.15},
      {"-m a40 -p batch=1 -p M=4096 -p N=22016 -p K=4096", 6.698, 0.12},
      {"-m a40 -p batch=1 -p M=1312 -p N=4096 -p K=11008", 1.406, 0.30},  // 36 % too slow once
  };
  for (const Published& product : kProducts) {
    SCOPED_TRACE(product.arguments);
    const json result =
        simulate(std::string("-k bmm -p dtype=f16 --no-values ") + product.arguments);
    ASSERT_FALSE(result.is_null());
    EXPECT_NEAR(result.at("time_s").get<double>() * 1e3 / product.ms, 1, product.tolerance);
  }
}

/// The occupancy that the study states for its tiles, which the calculator gives too.
TEST_F(GpuCommand, BlocksOfAThreadPerElementFillAnSmAsTheStudySays) {
  const std::map<int, double> expected = {{4, 0.5}, {8, 1}, {16, 1}, {32, 2.0 / 3}};
  for (const auto& [tile, occupancy] : expected) {
    const json result =
        simulate("-k gemm_naive -m rtx4070 --no-values -p tile=" + std::to_string(tile));
    EXPECT_NEAR(result.at("occupancy").at("theoretical"), occupancy, 1e-9) << tile;
    expect_sound(result);
  }
}

TEST_F(GpuCommand, AResultIsASoundDocument) {
  ASSERT_EQ(weft("simulate -k gemm -m h200 -p M=64 -p N=64 -p K=64 --json a.json").status, 0);
  EXPECT_EQ(weft("check a.json").out, "a.json: ok\n");
  const Outcome shown = weft("show a.json");
  for (const char* line : {"bound by", "occupancy", "power", "stalls", "phases        mul"}) {
    EXPECT_THAT(shown.out, HasSubstr(line));
  }
  EXPECT_EQ(weft("compare a.json a.json --tolerance 0").status, 0);
}

TEST_F(GpuCommand, ParametersAreShownWithTheirDefaults) {
  const Outcome shown = weft("show '" WEFT_MACHINES "/../../kernels/library/gemm.yaml'");
  EXPECT_THAT(shown.out, HasSubstr("parameter     K = 2048\nparameter     dtype = f32\n"));
}

TEST_F(GpuCommand, TheFilledMappingGivesTheSameTimeAgain) {
  for (const char* kernel : {"gemm", "gemm24", "monarch", "armor"}) {
    const std::string arguments = std::string(" -m h200 -p dtype=f16 --no-values");
    const json first = simulate("-k " + std::string(kernel) + arguments);
    json mapping = {{"mapping", 1}, {"kernel", kernel}};
    mapping.update(first.at("mapping"));
    write("m.yaml", mapping.dump());
    const json again = simulate("-k " + std::string(kernel) + arguments + " --mapping m.yaml");
    EXPECT_EQ(again.at("time_s"), first.at("time_s")) << kernel;
    EXPECT_EQ(again.at("mapping"), first.at("mapping")) << kernel;
  }
}

TEST_F(GpuCommand, ValuesTakeNoTime) {
  const std::string arguments = "-k gemm -m a100-sxm-80gb -p M=512 -p N=512 -p K=512 -p dtype=f16";
  EXPECT_EQ(simulate(arguments).at("time_s"), simulate(arguments + " --no-values").at("time_s"));
}

TEST_F(GpuCommand, SparseProductsAreFasterButNotTwice) {
  const std::string sizes =
      " -m a100-sxm-80gb -p M=4096 -p N=4096 -p K=4096 -p dtype=f16 --no-values";
  const double dense_s = simulate("-k gemm" + sizes).at("time_s");
  const double sparse_s = simulate("-k gemm24" + sizes).at("time_s");
  EXPECT_GT(dense_s / sparse_s, 1.1);
  EXPECT_LT(dense_s / sparse_s, 2.0);
}

TEST_F(GpuCommand, ParametersAreCheckedBeforeTheRun) {
  EXPECT_EQ(
      weft("simulate -k gemm -m h200 -p dtyp=f16").err,
      "weft: -p dtyp=f16: kernel gemm has no parameter 'dtyp'; did you mean 'dtype'? (it has M, N, "
      "K, dtype)\n");
  EXPECT_EQ(weft("simulate -k gemm -m h200 -p M=0").err,
            "weft: -p M=0: expected a positive integer, found '0'\n");
  EXPECT_EQ(weft("simulate -k gemm -m h200 -i C=c.npy").err,
            "--input C=c.npy: expected one of the operands A, B, found 'C'\n");
}

TEST_F(GpuCommand, AMissingUnitIsAnErrorThatSaysWhatThereIs) {
  const Outcome no_sparse = weft("simulate -k gemm24 -m v100 --no-values");
  EXPECT_EQ(no_sparse.status, 2);
  EXPECT_THAT(no_sparse.err, HasSubstr("needs role 'mma.sp', for which v100 has no unit"));
  const Outcome no_fp8 = weft("simulate -k gemm -m a100-sxm-80gb -p dtype=fp8 --no-values");
  EXPECT_EQ(no_fp8.status, 2);
  EXPECT_THAT(no_fp8.err, HasSubstr("mul needs mma for f8e4m3; NVIDIA A100 SXM 80 GB has it for "
                                    "f64, tf32, f16, bf16, i8"));
  const Outcome fabric = weft("simulate -k gemm24 -m piuma-smash --no-values");
  EXPECT_EQ(fabric.status, 2);
  EXPECT_THAT(fabric.err, HasSubstr("say use: fma"));
}

TEST_F(GpuCommand, ExperimentsMixGpus) {
  write("x.yaml",
        "experiment: 1\nname: gpus\nmachines: [t4, {machine: h200, set: {sms: 66}}]\n"
        "kernels: [{kernel: gemm, params: {M: 256, N: 256, K: 256, dtype: f16}}]\n"
        "inputs: {seeded: {}}\n");
  const Outcome run = weft("run x.yaml");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("h200 (sms=66)"));
}

/// A .npy file of float32 zeros but for the diagonal, which is `value`.
std::string diagonal_npy(int size, float value) {
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                           std::to_string(size) + ", " + std::to_string(size) + "), }\n";
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(dictionary.size());
  text += '\0';
  text += dictionary;
  for (int i = 0; i < size * size; ++i) {
    const float element = i % (size + 1) == 0 ? value : 0;
    text.append(reinterpret_cast<const char*>(&element), sizeof element);
  }
  return text;
}

TEST_F(GpuCommand, OperandsComeFromNumpyFilesWithTheirSizes) {
  write("a.npy", diagonal_npy(48, 2));
  const json result = simulate("-k gemm -m t4 -i A=a.npy -p N=32");
  EXPECT_EQ(result.at("params").at("M"), 48);
  EXPECT_EQ(result.at("params").at("K"), 48);
  EXPECT_EQ(result.at("inputs").at(0).at("source"), "a.npy");
  EXPECT_EQ(result.at("verified").at("passed"), true);
  EXPECT_EQ(weft("simulate -k gemm -m t4 -i A=a.npy -p M=32").err,
            "weft: -p M=32: expected 48, which follows from the operands\n");
}

}  // namespace
}  // namespace weft
