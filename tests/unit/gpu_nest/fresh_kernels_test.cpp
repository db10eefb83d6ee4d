// SPDX-License-Identifier: Apache-2.0
// Kernels that nobody prepared, from their statements to results, on both kinds of machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/gpu_nest.h"

namespace weft::tests {
namespace {

struct Fresh {
  std::string name;
  std::string text;
};

std::string document(const std::string& head, const std::string& tensors,
                     const std::string& statements) {
  return "kir: 1\nkernel: fresh\n" + head + "tensors:\n" + tensors + "compute:\n" + statements;
}

const std::string kSquare = "params: {N: 40}\nindex: {i: N, j: N, k: N, l: N}\n";

/// Operands that only have to hold indices: P[i] below its extent.
einsum::Operands index_operands(const std::string& name) {
  einsum::Operands operands;
  if (name != "Gather") return operands;
  einsum::Operand p = einsum::zero_operand({40});
  for (size_t i = 0; i < p.values.size(); ++i) p.values[i] = static_cast<double>((7 * i) % 40);
  operands["P"] = std::move(p);
  return operands;
}

class FreshKernels : public testing::TestWithParam<Fresh> {};

TEST_P(FreshKernels, AreVerifiedOnTheFabric) {
  const NestRun run = run_nest(GetParam().text, index_operands(GetParam().name));
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.source_cycles, run.thread_cycles);
}

TEST_P(FreshKernels, AreVerifiedOnTheSmArray) {
  const GpuNestRun run = run_gpu_nest(GetParam().text, index_operands(GetParam().name));
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_GT(run.run.time_s, 0);
  EXPECT_GE(run.run.memory.dram_read_bytes + run.run.memory.dram_write_bytes,
            static_cast<double>(run.compulsory_bytes));
  for (const sim::LaunchRun& launch : run.run.launches) {
    ASSERT_LT(launch.source, run.sources.size());
    EXPECT_GT(run.sources[launch.source].line, 0) << launch.name;
  }
}

TEST_P(FreshKernels, DoAsManyProductsOnBothMachines) {
  const NestRun fabric = run_nest(GetParam().text, index_operands(GetParam().name));
  const GpuNestRun gpu = run_gpu_nest(GetParam().text, index_operands(GetParam().name));
  ASSERT_THAT(gpu.messages, testing::IsEmpty());
  EXPECT_EQ(gpu.products, static_cast<double>(fabric.products));
}

INSTANTIATE_TEST_SUITE_P(
    Nest, FreshKernels,
    testing::Values(
        Fresh{"MaskedGram", document(kSquare,
                                     "  A: {dims: [i, k], dtype: f64, levels: csr}\n"
                                     "  S: {dims: [i, j], dtype: f64, levels: csr}\n"
                                     "  Y: {dims: [i, j], dtype: f64, levels: csr, pattern: S}\n",
                                     "  - dot: Y[i,j] += A[i,k] * A[j,k]\n")},
        Fresh{"ChainOfThree",
              document(kSquare,
                       "  A: {dims: [i, j], dtype: f64, levels: csr}\n"
                       "  B: {dims: [j, k], dtype: f64, levels: csr}\n"
                       "  C: {dims: [k, l], dtype: f64, levels: [dense(k), dense(l)]}\n"
                       "  D: {dims: [i, l], dtype: f64, levels: [dense(i), dense(l)]}\n",
                       "  - chain: D[i,l] += A[i,j] * B[j,k] * C[k,l]\n")},
        Fresh{"BlockedSpmm",
              document("params: {M: 48, K: 64, N: 24}\nindex: {m: M, k: K, n: N}\n",
                       "  A: {dims: [m, k], dtype: f32, levels: bsr(16)}\n"
                       "  X: {dims: [k, n], dtype: f32, levels: [dense(k), dense(n)]}\n"
                       "  Y: {dims: [m, n], dtype: f32, levels: [dense(m), dense(n)]}\n",
                       "  - mul: Y[m,n] += A[m,k] * X[k,n]\n")},
        Fresh{"TriangularPattern",
              document(kSquare,
                       "  A: {dims: [i, k], dtype: f64, levels: [dense(i), dense(k)]}\n"
                       "  L: {dims: [i, j], dtype: f64, levels: csr}\n"
                       "  B: {dims: [k, j], dtype: f64, levels: csc}\n"
                       "  Y: {dims: [i, j], dtype: f64, levels: csr, pattern: L}\n",
                       "  - solve: Y[i,j] += L[i,j] * A[i,k] * B[k,j]\n")},
        Fresh{"Largest", document(kSquare,
                                  "  A: {dims: [i, k], dtype: f64, levels: csr}\n"
                                  "  x: {dims: [k], dtype: f64, levels: ['dense(k)']}\n"
                                  "  y: {dims: [i], dtype: f64, levels: ['dense(i)']}\n",
                                  "  - top: y[i] max= A[i,k] * x[k]\n")},
        Fresh{"ShortestStep",
              document(kSquare,
                       "  D: {dims: [i, k], dtype: f64, levels: [dense(i), dense(k)]}\n"
                       "  E: {dims: [k, j], dtype: f64, levels: [dense(k), dense(j)]}\n"
                       "  R: {dims: [i, j], dtype: f64, levels: [dense(i), dense(j)]}\n",
                       "  - relax: R[i,j] min= D[i,k] + E[k,j]\n")},
        Fresh{"Reachable",
              document(kSquare,
                       "  A: {dims: [i, k], dtype: f64, levels: csr}\n"
                       "  B: {dims: [k, j], dtype: f64, levels: csr}\n"
                       "  R: {dims: [i, j], dtype: f64, levels: [dense(i), dense(j)]}\n",
                       "  - reach: R[i,j] or= A[i,k] * B[k,j]\n")},
        Fresh{"Gather", document(kSquare,
                                 "  P: {dims: [i], dtype: i32, levels: ['dense(i)']}\n"
                                 "  x: {dims: [j, k], dtype: f32, levels: [dense(j), dense(k)]}\n"
                                 "  y: {dims: [i, k], dtype: f32, levels: [dense(i), dense(k)]}\n",
                                 "  - rows: y[i,k] = 2 * x[P[i],k]\n")},
        Fresh{"PowerIteration",
              document("params: {N: 40, T: 5}\nindex: {t: T, i: N, k: N}\n",
                       "  A: {dims: [i, k], dtype: f64, levels: csr}\n"
                       "  x: {dims: ['T+1', i], dtype: f64, levels: [gen(i0), dense(i)]}\n",
                       "  - repeat: {t: [step]}\n"
                       "  - step: x[t+1,i] += A[i,k] * x[t,k]\n")}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace weft::tests
