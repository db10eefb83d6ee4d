// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/roles.h"
#include "tests/support/gpu_kernels.h"

namespace weft::mapper {
namespace {

using testing::ElementsAre;
using testing_support::load_gpu;
using testing_support::lower;
using testing_support::read_kernel;

const std::string kDocument = R"(kir: 1
kernel: k
params: {M: 512, N: 512, K: 512, dtype: f16}
index: {m: M, n: N, k: K}
tensors:
  A: {dims: [m, k], dtype: dtype, levels: [dense(m), dense(k)]}
  B: {dims: [k, n], dtype: dtype, levels: [dense(k), dense(n)]}
  C: {dims: [m, n], dtype: f32, levels: [dense(m), dense(n)]}
compute:
  - mul: C[m,n] += A[m,k] * B[k,n]
schedule:
  mul:
    split: {m: [m1, m0], n: [n1, n0], k: [k1, k0]}
    tiles: {m0: 128, n0: 128, k0: 32}
    order: [n1, m1, k1, m0, n0, k0]
    par: {n1: cta, m1: cta}
    hold: {A: {at: k1, in: smem, via: load, buf: 2}}
    tensorize: {use: mma, over: [m0, n0, k0]}
)";

/// The document with `from` replaced by `to`, on a machine.
std::vector<std::string> messages(const std::string& from, const std::string& to,
                                  const std::string& gpu = "a100-sxm-80gb") {
  std::string text = kDocument;
  const size_t at = text.find(from);
  WEFT_CHECK(at != std::string::npos, "the test spoils what is not there");
  text.replace(at, from.size(), to);
  ir::Kernel kernel = read_kernel(text);
  return lower(kernel, load_gpu(gpu));
}

TEST(GpuMessages, TheSoundDocumentHasNone) {
  EXPECT_THAT(messages("kernel: k", "kernel: k"), ElementsAre());
}

TEST(GpuMessages, OtherStatementsAreRefused) {
  EXPECT_THAT(messages("A[m,k] * B[k,n]", "A[m,k] + B[k,n]"),
              ElementsAre("k.yaml:10:10: error: the SM array's compiler knows sums of products of "
                          "two tensors, C[...] += A[...] * B[...]; found mul: C[m,n] += "
                          "A[m,k] + B[k,n]"));
  EXPECT_THAT(messages("levels: [dense(m), dense(k)]", "levels: csr"),
              ElementsAre(testing::StartsWith("k.yaml:6:")));
}

TEST(GpuMessages, AUnitTheTypeLacksSaysWhatThereIs) {
  EXPECT_THAT(
      messages("dtype: f16", "dtype: f8e4m3"),
      ElementsAre("k.yaml:18:22: error: mul needs mma for f8e4m3; NVIDIA A100 SXM 80 GB has "
                  "it for f64, tf32, f16, bf16, i8; choose one of these types"));
  EXPECT_THAT(messages("dtype: f16", "dtype: bf16", "t4"),
              ElementsAre("k.yaml:18:22: error: mul needs mma for bf16; NVIDIA T4 has it for "
                          "f16, i8; use fma"));
  EXPECT_THAT(messages("use: mma", "use: mma.sp"),
              ElementsAre("k.yaml:18:22: error: mma.sp of mul works on 2:4 operands, but A is "
                          "dense; use mma or fma"));
}

TEST(GpuMessages, ATileThatDoesNotFitSaysByHowMuchAndWhatWould) {
  EXPECT_THAT(
      messages("via: load, buf: 2", "via: cp_async, buf: 16"),
      ElementsAre("k.yaml:10:10: error: mul does not fit smem: its staged blocks take 262144 B, "
                  "which is 95232 B more than the 166912 B of a block on NVIDIA A100 SXM 80 GB; "
                  "cheapest relaxation: buf: 10"));
  EXPECT_THAT(
      messages("tiles: {m0: 128, n0: 128, k0: 32}", "tiles: {m0: 128, n0: 512, k0: 128}"),
      ElementsAre("k.yaml:10:10: error: mul does not fit smem: its staged blocks take 327680 B, "
                  "which is 160768 B more than the 166912 B of a block on NVIDIA A100 SXM 80 GB; "
                  "cheapest relaxation: tiles: {n0: 128}"));
}

TEST(GpuMessages, WordsWithoutAMeaningAreRefused) {
  EXPECT_THAT(messages("n1: cta, m1: cta", "n1: cta, m1: thread"),
              ElementsAre("k.yaml:16:24: error: 'm1' of mul runs on thread; loops outside a tile "
                          "run on cta, or one after the other"));
  EXPECT_THAT(messages("n1: cta, m1: cta", "n1: cta, m1: cta, k1: cta"),
              ElementsAre("k.yaml:16:33: error: 'k1' of mul is summed over; CTAs divide it by "
                          "reduce: {k1: split_k(N)}"));
  EXPECT_THAT(
      messages("    tensorize: {use: mma, over: [m0, n0, k0]}\n", ""),
      ElementsAre("k.yaml:10:10: error: the schedule of mul does not say which loops make a "
                  "tile; add tensorize: {use: fma, over: [...]}"));
  EXPECT_THAT(messages("n1: cta, m1: cta", "m1: cta"),
              ElementsAre("k.yaml:10:10: error: one CTA would read A again for each of the 4 tiles "
                          "that mul walks; put their loop on cta"));
}

TEST(GpuMessages, TheLimitsOfBindHold) {
  const std::string limits =
      "over: [m0, n0, k0]}\nbind:\n  limits: {threads_per_cta: 64, smem_per_cta: 16KiB}\n";
  EXPECT_THAT(
      messages("over: [m0, n0, k0]}\n", limits),
      ElementsAre("k.yaml:10:10: error: mul does not fit smem: its staged blocks take 32768 "
                  "B, which is 16384 B more than the 16384 B of a block on NVIDIA A100 SXM "
                  "80 GB; cheapest relaxation: smaller tiles",
                  "k.yaml:10:10: error: mul needs 128 threads per CTA, 64 more than the 64 "
                  "of bind.limits; a smaller tile needs fewer"));
}

TEST(GpuMessages, AThreadForEachElementHasItsRules) {
  const std::string par = "par: {n1: cta, m1: cta}";
  const std::string threads = "par: {n1: cta, m1: cta, m0: thread, n0: thread}";
  EXPECT_THAT(messages(par, threads),
              ElementsAre("k.yaml:18:34: error: one element for each thread needs tensorize: {use: "
                          "fma}",
                          "k.yaml:18:34: error: a tile of 128 x 128 needs 16384 threads, one for "
                          "each element, and a block has at most 1024; choose a smaller tile"));
  EXPECT_THAT(messages(par, "par: {n1: cta, m1: cta, m0: thread}"),
              testing::Contains("k.yaml:18:34: error: threads of mul compute one element of C "
                                "each: its rows and columns in the tile are on thread and its sum "
                                "is not; 'n0' is otherwise"));
}

TEST(Roles, EachMissingRoleIsToldOnceWithWhatThereIs) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel = testing_support::read_kernel(
      "kir: 1\nkernel: k\nparams: {M: 64, N: 64, K: 64}\nindex: {m: M, n: N, k: K}\ntensors:\n"
      "  W: {dims: [m, k], dtype: f16, levels: '2:4'}\n"
      "  X: {dims: [k, n], dtype: f16, levels: ['dense(k)', 'dense(n)']}\n"
      "  Y: {dims: [m, n], dtype: f32, levels: ['dense(m)', 'dense(n)']}\n"
      "compute:\n  - mul: Y[m,n] += W[m,k] * X[k,n]\n"
      "schedule:\n  mul: {order: [m, n, k], par: {m: cta, n: cta}, hold: {W: {at: n, in: smem}}, "
      "accum: {Y: {at: n, kind: dense, in: reg}}, tensorize: {use: mma.sp, over: [k]}}\n");
  const machine::MachineDescription fabric{"piuma", machine::FabricDescription{}};
  check_roles(kernel, fabric, diagnostics);
  ASSERT_EQ(diagnostics.messages().size(), 3U);
  EXPECT_THAT(diagnostics.messages()[2],
              testing::EndsWith(
                  "error: tensorize of mul needs role 'mma.sp', for which piuma has no unit: "
                  "the kernel needs cta mma.sp reg smem, the machine has atomic core dma dram "
                  "reg spad thread; store the operand dense and say use: fma"));
}

TEST(Roles, GpusHaveThoseOfTheirGeneration) {
  const auto roles = [](const char* name) { return roles_of({name, load_gpu(name)}); };
  EXPECT_TRUE(roles("h200").contains("tma"));
  EXPECT_FALSE(roles("a100-sxm-80gb").contains("tma"));
  EXPECT_TRUE(roles("a100-sxm-80gb").contains("mma.sp"));
  EXPECT_FALSE(roles("v100").contains("mma.sp"));
  EXPECT_FALSE(roles("p100").contains("mma"));
}

}  // namespace
}  // namespace weft::mapper
