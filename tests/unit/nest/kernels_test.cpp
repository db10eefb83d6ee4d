// SPDX-License-Identifier: Apache-2.0
// Kernels that nobody prepared, from fresh documents: each runs on bare cores and is held against
// the direct evaluation of its statements.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

struct Fresh {
  std::string name;
  std::string text;
};

std::string document(const std::string& indices, const std::string& tensors,
                     const std::string& compute, const std::string& schedule = "") {
  return "kir: 1\nkernel: k\nparams: {M: 21, N: 18, K: 24}\nindex: {" + indices + "}\ntensors:\n" +
         tensors + "compute:\n" + compute + (schedule.empty() ? "" : "schedule:\n" + schedule);
}

std::string tensor(const std::string& name, const std::string& dims, const std::string& levels) {
  return "  " + name + ": {dims: [" + dims + "], dtype: f64, levels: " + levels + "}\n";
}

const std::string kSpmm = tensor("X", "k, n", "['dense(k)', 'dense(n)']") +
                          tensor("Y", "m, n", "['dense(m)', 'dense(n)']");
const std::string kMnk = "m: M, n: N, k: K";

/// A sparse matrix of some format times a dense one.
Fresh spmm(const std::string& name, const std::string& levels) {
  return {name, document(kMnk, tensor("A", "m, k", levels) + kSpmm,
                         "  - s: Y[m,n] += A[m,k] * X[k,n]\n")};
}

std::vector<Fresh> kernels() {
  std::vector<Fresh> all = {
      spmm("Csr", "csr"),
      spmm("Csc", "csc"),
      spmm("Coo", "coo"),
      spmm("Dcsr", "dcsr"),
      spmm("Bsr", "bsr(4)"),
      spmm("Ell", "ell(5)"),
      spmm("TwoOfFour", "'2:4'"),
      spmm("OneOfEight", "'1:8'"),
      spmm("Bitmap", "['dense(m)', 'bitmap(k)']"),
      spmm("HashedRows", "['dense(m)', 'hash(k)']"),
      spmm("Unordered", "['dense(m)', 'compressed(k, unordered)']"),
      spmm("Blockdiagonal", "blockdiag(3)"),
      spmm("Tiled", "['dense(m/4)', 'dense(k/4)', 'dense(m%4)', 'dense(k%4)']"),
  };
  all.push_back({"MaskedProductWithOwnTranspose",
                 document("i: M, j: M, k: K",
                          tensor("A", "i, k", "csr") + tensor("S", "i, j", "csr") +
                              "  Y: {dims: [i, j], dtype: f64, levels: csr, pattern: S}\n",
                          "  - s: Y[i,j] += A[i,k] * A[j,k]\n")});
  all.push_back(
      {"ChainOfThreeMatrices", document("i: M, j: N, k: K, l: K",
                                        tensor("A", "i, k", "csr") + tensor("B", "k, l", "csr") +
                                            tensor("C", "l, j", "csr") + tensor("Z", "i, j", "csr"),
                                        "  - s: Z[i,j] += A[i,k] * B[k,l] * C[l,j]\n")});
  all.push_back(
      {"LowerTriangle", document("i: M, j: M, k: K",
                                 tensor("L", "i, j", "csr") + tensor("x", "j", "['dense(j)']") +
                                     tensor("y", "i", "['dense(i)']"),
                                 "  - s: y[i] += L[i,j] * x[j]\n")});
  all.push_back({"UnionOfTwo", document("i: M, j: N",
                                        tensor("A", "i, j", "csr") + tensor("B", "i, j", "csr") +
                                            tensor("Z", "i, j", "csr"),
                                        "  - s: Z[i,j] = A[i,j] - 3 * B[i,j]\n")});
  all.push_back(
      {"UnionWithRowsMissing", document("i: M, j: N",
                                        tensor("A", "i, j", "dcsr") + tensor("B", "i, j", "csr") +
                                            tensor("y", "i", "['dense(i)']"),
                                        "  - s: y[i] += A[i,j] + B[i,j]\n")});
  all.push_back({"UnionMeetsAThird",
                 document("i: M, j: N",
                          tensor("A", "i, j", "csr") + tensor("B", "i, j", "csr") +
                              tensor("C", "i, j", "csr") + tensor("y", "i", "['dense(i)']"),
                          "  - s: y[i] += (A[i,j] + B[i,j]) * C[i,j]\n")});
  all.push_back(
      {"SparsePlusDense", document("i: M, j: N",
                                   tensor("A", "i, j", "csr") + tensor("x", "j", "['dense(j)']") +
                                       tensor("Z", "i, j", "['dense(i)', 'dense(j)']"),
                                   "  - s: Z[i,j] = A[i,j] + x[j]\n")});
  all.push_back(
      {"LargestProduct", document("m: M, k: K",
                                  tensor("A", "m, k", "csr") + tensor("x", "k", "['dense(k)']") +
                                      tensor("y", "m", "['dense(m)']"),
                                  "  - s: y[m] max= A[m,k] * x[k]\n")});
  all.push_back(
      {"LeastEntry",
       document("m: M, k: K", tensor("A", "m, k", "dcsr") + tensor("y", "m", "['dense(m)']"),
                "  - s: y[m] min= A[m,k]\n")});
  all.push_back({"AnyEntry", document("m: M, k: K",
                                      tensor("A", "m, k", "csc") + tensor("y", "m", "['dense(m)']"),
                                      "  - s: y[m] or= A[m,k]\n")});
  all.push_back({"Convolution",
                 document("i: N, f: 3",
                          "  x: {dims: ['N+2'], dtype: f64, levels: ['dense(i0)']}\n" +
                              tensor("w", "f", "['dense(f)']") + tensor("y", "i", "['dense(i)']"),
                          "  - s: y[i] += w[f] * x[i+f]\n")});
  all.push_back({"Pooling", document("i: K",
                                     "  x: {dims: [K], dtype: f64, levels: ['dense(i0)']}\n"
                                     "  y: {dims: ['K/4'], dtype: f64, levels: ['dense(i0)']}\n",
                                     "  - s: y[i/4] += x[i]\n")});
  all.push_back(
      {"StridedPermutation", document("i: K",
                                      "  x: {dims: [K], dtype: f64, levels: ['dense(i0)']}\n"
                                      "  y: {dims: [K], dtype: f64, levels: ['dense(i0)']}\n",
                                      "  - s: y[(i%4)*(K/4) + i/4] = x[i]\n")});
  all.push_back(
      {"AtomicColumns", document("m: M, k: K",
                                 tensor("A", "m, k", "csr") + tensor("x", "m", "['dense(m)']") +
                                     tensor("y", "k", "['dense(k)']"),
                                 "  - s: y[k] += A[m,k] * x[m]\n",
                                 "  s: {order: [m, k], par: {m: thread}, reduce: {m: atomic}}\n")});
  all.push_back(
      {"EqualEntriesToThreads",
       document("m: M, k: K",
                tensor("A", "m, k", "csr") + tensor("x", "k", "['dense(k)']") +
                    tensor("y", "m", "['dense(m)']"),
                "  - s: y[m] += A[m,k] * x[k]\n",
                "  s: {fuse: {p: [m, k]}, split: {p: [p1, p0]}, tiles: {p0: 7}, order: [p1, p0], "
                "par: {p1: thread}, reduce: {m: atomic}, "
                "hold: {A: {at: p1, in: spad, via: dma}}}\n")});
  all.push_back(
      {"TasksOnDemand",
       document(kMnk, tensor("A", "m, k", "csr") + kSpmm, "  - s: Y[m,n] += A[m,k] * X[k,n]\n",
                "  s: {order: [m, k, n], par: {m: thread}, balance: {m: dynamic}, "
                "accum: {Y: {at: m, kind: dense, in: spad}}}\n")});
  all.push_back(
      {"TilesInTheScratchpad",
       document(kMnk, tensor("A", "m, k", "['dense(m)', 'dense(k)']") + kSpmm,
                "  - s: Y[m,n] += A[m,k] * X[k,n]\n",
                "  s: {split: {m: [m1, m0], n: [n1, n0], k: [k1, k0]}, tiles: {m0: 8, n0: 5, "
                "k0: 7}, order: [m1, n1, k1, m0, n0, k0], par: {m1: core, n1: core, m0: "
                "thread}, hold: {A: {at: k1, in: spad, via: dma, buf: 2}, X: {at: k1, in: "
                "spad, via: load}}, accum: {Y: {at: n1, kind: dense, in: spad}}}\n")});
  all.push_back(
      {"LeadFollowed", document("i: M, j: N",
                                tensor("A", "i, j", "csr") + tensor("B", "i, j", "csr") +
                                    tensor("y", "i", "['dense(i)']"),
                                "  - s: y[i] += A[i,j] * B[i,j]\n",
                                "  s: {order: [i, j], coiter: {j: {mode: follow, lead: B}}}\n")});
  return all;
}

class FreshKernel : public testing::TestWithParam<Fresh> {};

TEST_P(FreshKernel, AgreesWithItsStatements) {
  const NestRun run = run_nest(GetParam().text);
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_GT(run.products, 0U);
}

TEST_P(FreshKernel, CausesAndSourcesAddUpToTheCycles) {
  const NestRun run = run_nest(GetParam().text);
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_EQ(run.cause_cycles, run.thread_cycles);
  EXPECT_EQ(run.source_cycles, run.thread_cycles);
}

INSTANTIATE_TEST_SUITE_P(Nest, FreshKernel, testing::ValuesIn(kernels()),
                         [](const auto& each) { return each.param.name; });

std::string one_vector(const std::string& statement) {
  return document("m: M", tensor("x", "m", "['dense(m)']") + tensor("y", "m", "['dense(m)']"),
                  "  - s: " + statement + "\n");
}

TEST(NestValues, InfiniteOnesAreKept) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> x(21, 1);
  x[3] = kInfinity;
  x[4] = -kInfinity;
  for (const std::string statement : {"y[m] += x[m]", "y[m] = x[m]"}) {
    const NestRun run = run_nest(one_vector(statement), {{"x", {{21}, true, {}, x}}});
    expect_plain_result(run);
    EXPECT_EQ(run.results.at("y").values, x) << statement;
  }
  x[4] = 1;
  const NestRun run = run_nest(one_vector("y[m] max= x[m]"), {{"x", {{21}, true, {}, x}}});
  expect_plain_result(run);
  EXPECT_EQ(run.results.at("y").values, x);
}

TEST(NestValues, AnIndexArrayThatLeadsAstrayIsTold) {
  std::vector<double> p(21, 20);
  p[7] = 900000000;
  const std::string text =
      document("m: M",
               tensor("P", "m", "['dense(m)']") + tensor("x", "m", "['dense(m)']") +
                   tensor("y", "m", "['dense(m)']"),
               "  - s: y[m] = x[P[m]]\n");
  EXPECT_THAT(run_nest(text, {{"P", {{21}, true, {}, p}}}).messages,
              testing::ElementsAre("k.yaml:10:17: error: subscript 'P[m]' of x reaches 900000000, "
                                   "but dim m is 0 to 20: P[7] is 900000000"));
}

TEST(NestCost, ADenseProductCountsEveryProductOnce) {
  const NestRun run =
      run_nest(document(kMnk, tensor("A", "m, k", "['dense(m)', 'dense(k)']") + kSpmm,
                        "  - s: Y[m,n] += A[m,k] * X[k,n]\n"));
  EXPECT_EQ(run.products, 21U * 18 * 24);
}

TEST(NestCost, TilesHeldInTheScratchpadTakeLessTimeThanMemory) {
  const std::string tensors = tensor("A", "m, k", "['dense(m)', 'dense(k)']") + kSpmm;
  const std::string compute = "  - s: Y[m,n] += A[m,k] * X[k,n]\n";
  const std::string walk =
      "  s: {split: {m: [m1, m0]}, tiles: {m0: 8}, order: [m1, m0, n, k], par: {m1: core, m0: "
      "thread}";
  const NestRun direct = run_nest(document(kMnk, tensors, compute, walk + "}\n"));
  const NestRun held = run_nest(document(
      kMnk, tensors, compute, walk + ", hold: {A: {at: m1, via: dma}, X: {at: m1, via: dma}}}\n"));
  ASSERT_TRUE(direct.deviation.passed() && held.deviation.passed());
  EXPECT_LT(2 * held.cycles, direct.cycles);
  EXPECT_LT(held.source_bytes, direct.source_bytes);
  EXPECT_EQ(direct.dma_bytes, 0U);
  EXPECT_GE(held.dma_bytes, (21U * 24 + 24 * 18) * 8);
}

TEST(NestCost, SecondBufferHidesTheTransfer) {
  const std::string text = document(
      kMnk, tensor("A", "m, k", "['dense(m)', 'dense(k)']") + kSpmm,
      "  - s: Y[m,n] += A[m,k] * X[k,n]\n",
      "  s: {split: {k: [k1, k0]}, tiles: {k0: 4}, order: [k1, m, n, k0], par: {m: thread}, "
      "hold: {X: {at: k1, via: dma, buf: 1}}}\n");
  std::string twice = text;
  twice.replace(twice.find("buf: 1"), 6, "buf: 2");
  const NestRun one = run_nest(text);
  const NestRun two = run_nest(twice);
  ASSERT_TRUE(one.deviation.passed() && two.deviation.passed());
  EXPECT_LT(two.cycles, one.cycles);
}

}  // namespace
}  // namespace weft::tests
