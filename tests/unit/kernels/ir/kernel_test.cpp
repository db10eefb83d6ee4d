// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kernels/ir/holes.h"
#include "kernels/ir/loops.h"
#include "kernels/ir/write_kernel.h"
#include "tests/unit/kernels/ir/documents.h"

namespace weft::ir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// Two statements, shared words, an extent that depends on the repeated index, a gather.
const std::string kCascade = R"(kir: 1
kernel: cascade
params: {L: 3, B: 64}
index: {st: L, b: B, g: 2**(L-1-st), v: 2**st, u: 2}
tensors:
  X: {dims: [L+1, b, "2**L"], dtype: f32, levels: [gen(i0), dense(b), dense(i2)]}
  P: {dims: ["2**L"], dtype: i32, levels: [dense(i0)]}
  H: {dims: [u, 2], dtype: f32, levels: [dense(u), dense(i1)], data: {const: [[1, 1], [1, -1]]}}
  Y: {dims: [b], dtype: f32, levels: [dense(b)]}
compute:
  - repeat: {st: [stage]}
  - stage: X[st+1, b, (g*2+u)*2**st + v] += H[u,0] * X[st, b, P[(g*2+u)*2**st + v]]
  - sum: Y[b] max= X[L, b, u]
schedule:
  all: {split: {b: [b1, b0]}, tiles: {b0: [8, 16]}, par: {b1: core, g: lane}}
  stage: {order: [st, b1, b0, g, v, u], exchange: {X: shuffle if 2**st < 32 else smem}}
  fuse_at: {X: {loop: b1, in: spad, recompute: ask}}
)";

TEST(Kernel, KeepsTheLineOfEveryElement) {
  const Kernel kernel = read_sound(kSpmm);
  EXPECT_EQ(kernel.find_tensor("X")->where.line, 7);
  EXPECT_EQ(kernel.find_statement("mul")->where.str(), "k.yaml:10:10");
  const StatementSchedule& mul = *kernel.schedule.statements.find("mul");
  EXPECT_EQ(mul.order.where.str(), "k.yaml:15:12");
  EXPECT_EQ(mul.accum.find("Y")->at.value().where.str(), "k.yaml:18:21");
}

TEST(Kernel, KnowsItsExtentsAndShapes) {
  const Kernel kernel = read_sound(kCascade);
  EXPECT_EQ(kernel.extent("b"), 64);
  EXPECT_EQ(kernel.extent("g"), std::nullopt);
  EXPECT_THAT(kernel.shape(*kernel.find_tensor("X")), ElementsAre(4, 64, 8));
  EXPECT_THAT(kernel.indices_of(kernel.statements[0]), ElementsAre("st", "b", "g", "u", "v"));
  EXPECT_THAT(kernel.inputs_of(kernel.statements[0]), ElementsAre("H", "X", "P"));
  EXPECT_EQ(kernel.statements[1].combine, Combine::Max);
}

TEST(Kernel, ChecksSubscriptsForEveryStepOfARepeat) {
  const auto messages = messages_of(spoilt(kCascade, "g: 2**(L-1-st)", "g: 2**(L-st)"));
  EXPECT_THAT(messages,
              ElementsAre("k.yaml:12:24: error: subscript '(g*2 + u)*2**st + v' of X reaches 15, "
                          "but dim i2 is 0 to 7",
                          "k.yaml:12:66: error: subscript '(g*2 + u)*2**st + v' of P reaches 15, "
                          "but dim i0 is 0 to 7"));
}

/// A sum of elements of A, over steps of an index t and what is left of them, r, where `steps` are
/// given.
std::string subscript_document(const std::string& subscript, const std::string& steps = {}) {
  return "kir: 1\nkernel: k\nparams: {M: 8, K: 3, T: " + (steps.empty() ? "1" : steps) + "}\n" +
         "index: {m: M, k: K" + (steps.empty() ? "" : ", t: T, r: T-t") +
         "}\ntensors:\n"
         "  A: {dims: [m], dtype: f64, levels: [dense(m)]}\n"
         "  y: {dims: [m], dtype: f64, levels: [dense(m)]}\n"
         "compute:\n" +
         (steps.empty() ? "" : "  - repeat: {t: [s]}\n") + "  - s: y[m] += A[" + subscript + "]\n";
}

TEST(Kernel, ADivisorOfASubscriptMustBePositive) {
  EXPECT_THAT(
      messages_of(subscript_document("m/k")),
      ElementsAre("k.yaml:9:18: error: subscript 'm/k' of A divides by 'k', which may be 0"));
  EXPECT_THAT(
      messages_of(subscript_document("m%(k-1)")),
      ElementsAre(
          "k.yaml:9:18: error: subscript 'm%(k - 1)' of A divides by 'k - 1', which may be -1"));
  EXPECT_THAT(messages_of(subscript_document("m/(k+1)")), IsEmpty());
  EXPECT_THAT(messages_of(spoilt(subscript_document("m"), "[dense(m)]", "[dense(m/(K-3))]")),
              ElementsAre("k.yaml:6:39: error: coordinate 'm/(K - 3)' of a level of tensor A "
                          "divides by 'K - 3', which may be 0"));
}

TEST(Kernel, ChecksTheStepsOfLongRepeatsToo) {
  EXPECT_THAT(messages_of(subscript_document("t+r-T+m+k", "5000")),
              ElementsAre("k.yaml:10:18: error: subscript 't + r - T + m + k' of A reaches -5000, "
                          "but dim m is 0 to 7"));
  EXPECT_THAT(messages_of(subscript_document("(t+r)/T*8+m", "5000")), IsEmpty());
  EXPECT_THAT(
      messages_of(subscript_document("(t+r)/T*8+m", "2000000")),
      ElementsAre("k.yaml:10:19: error: subscript '(t + r)/T*8 + m' of A reaches 15, but dim "
                  "m is 0 to 7 over all steps of s, and the more than 1048576 steps of index "
                  "t are not checked one by one"));
}

TEST(Kernel, WordsOfAllReachTheStatementsTheyFit) {
  const Kernel kernel = read_sound(kCascade);
  const StatementSchedule stage = effective_schedule(kernel, kernel.statements[0]);
  const StatementSchedule sum = effective_schedule(kernel, kernel.statements[1]);
  EXPECT_EQ(stage.par.entries.size(), 2u);
  EXPECT_EQ(sum.par.entries.size(), 1u);  // it has no g
  std::vector<std::string> names;
  for (const Loop& loop : loops_of(kernel, kernel.statements[1])) names.push_back(loop.name);
  EXPECT_THAT(names, ElementsAre("b1", "b0", "u"));
}

TEST(Kernel, FusedLoopsSplitLikeIndices) {
  std::string text =
      spoilt(kSpmm, "split: {n: [n1, n0]}", "fuse: {p: [m, k]}\n    split: {p: [p1, p0]}");
  text = spoilt(text, "tiles: {n0: [8, 16, 32]}", "tiles: {p0: nnz(A)/threads}");
  text = spoilt(text, "[n1, m, k, n0]", "[p1, p0, n]");
  text = spoilt(text, "{n1: cta.y, m: cta.x, n0: lane}", "{p1: thread}");
  text = spoilt(text, "at: m, in", "at: p1, in");
  text = spoilt(text, "at: m, kind", "at: p0, kind");
  const Kernel kernel = read_sound(text);
  const auto loops = loops_of(kernel, kernel.statements[0]);
  EXPECT_THAT(find_loop(loops, "p0")->indices, ElementsAre("m", "k"));
  EXPECT_EQ(find_loop(loops, "p0")->parent, "p");
}

TEST(Holes, AreTheListsAndTheOpenOrder) {
  std::vector<std::string> paths;
  const Kernel kernel = read_sound(kCascade);
  for (const Hole& hole : holes(kernel)) paths.push_back(hole.path);
  EXPECT_THAT(paths, UnorderedElementsAre("schedule.all.tiles.b0", "schedule.sum.order",
                                          "schedule.fuse_at.X.recompute"));
}

TEST(Holes, ASplitWithoutATileLeavesOne) {
  const Kernel kernel = read_sound(spoilt(kSpmm, "    tiles: {n0: [8, 16, 32]}\n", ""));
  const auto found = holes(kernel);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "schedule.mul.tiles.n0");
  EXPECT_TRUE(found[0].any);
}

TEST(Holes, AreFilledByValuesInTheSyntaxOfDocuments) {
  Kernel kernel = read_sound(kCascade);
  base::Diagnostics diagnostics;
  fill_hole(kernel, "schedule.all.tiles.b0", "16", diagnostics);
  fill_hole(kernel, "schedule.sum.order", "[b1, u, b0]", diagnostics);
  fill_hole(kernel, "schedule.fuse_at.X.recompute", "never", diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_THAT(holes(kernel), IsEmpty());
  kernel.is_mapping = true;
  EXPECT_EQ(read_sound(write_kernel(kernel)), kernel);
}

TEST(Holes, RefuseWhatDoesNotFit) {
  Kernel kernel = read_sound(kCascade);
  base::Diagnostics diagnostics;
  fill_hole(kernel, "schedule.all.tiles.b1", "16", diagnostics);
  fill_hole(kernel, "schedule.all.tiles.b0", "[8, 16]", diagnostics);
  fill_hole(kernel, "schedule.fuse_at.X.recompute", "sometimes", diagnostics);
  ASSERT_EQ(diagnostics.messages().size(), 3u);
  EXPECT_EQ(holes(kernel).size(), 3u);
}

TEST(Mapping, HasNoHoles) {
  const std::string text = spoilt(kSpmm, "kir: 1", "mapping: 1");
  EXPECT_THAT(messages_of(text), ElementsAre("k.yaml:14:17: error: a mapping has no holes, but "
                                             "'schedule.mul.tiles.n0' is open"));
}

TEST(Kernel, IsReadBackEqual) {
  for (const std::string& text : {kSpmm, kCascade}) {
    const Kernel kernel = read_sound(text);
    EXPECT_EQ(read_sound(write_kernel(kernel)), kernel);
  }
}

TEST(Kernel, IsWrittenInBlocksOfShortLines) {
  EXPECT_EQ(write_kernel(read_sound(kSpmm)), R"(kir: 1
kernel: spmm
params: {M: 9, K: 8, N: 64}
index: {m: M, k: K, n: N}
tensors:
  A: {dims: [m, k], dtype: f32, levels: [dense(m), compressed(k)]}
  X: {dims: [k, n], dtype: f32, levels: [dense(k), dense(n)]}
  Y: {dims: [m, n], dtype: f32, levels: [dense(m), dense(n)]}
compute:
  - mul: "Y[m,n] += A[m,k]*X[k,n]"
schedule:
  mul:
    split: {n: [n1, n0]}
    tiles: {n0: [8, 16, 32]}
    order: [n1, m, k, n0]
    par: {n1: cta.y, m: cta.x, n0: lane}
    hold: {A: {at: m, in: smem, via: cp_async, buf: 2}}
    accum: {Y: {at: m, kind: scalar, in: reg}}
bind:
  arch: h200
  roles: {smem: sm.smem, lane: sm.warp.lane}
  place: {A: {dram: interleave(64B)}, Y: {dram: block(m)}}
  cache: [X]
  limits: {regs_per_thread: 128, smem_per_cta: 96KiB}
)");
}

TEST(Text, CutAtACommaInParenthesesIsWholeAgain) {
  std::string text =
      spoilt(kSpmm, "tiles: {n0: [8, 16, 32]}", "tiles: {n0: [flops(A, X), nnz(A)]}");
  text = spoilt(text,
                "    hold:", "    balance: {weight: flops(A,X), grain: 512, m: static}\n    hold:");
  text = spoilt(text, "compressed(k)]", "dense(k/4), nm(k%4, 2:4, meta=2b)]");
  const Kernel kernel = read_sound(text);
  const StatementSchedule& mul = *kernel.schedule.statements.find("mul");
  EXPECT_EQ(mul.balance.weight->text(), "flops(A,X)");
  EXPECT_EQ(mul.balance.grain.value(), 512);
  EXPECT_EQ(mul.balance.loops.entries.size(), 1u);
  EXPECT_EQ(mul.tiles.find("n0")->options[0].text(), "flops(A,X)");
  EXPECT_EQ(kernel.find_tensor("A")->levels[2].meta_bits, 2);
}

TEST(Text, CutAtACommaKeepsItsColumns) {
  EXPECT_THAT(messages_of(spoilt(kSpmm, "compressed(k)]", "dense(k/4), nm(k%4,   2:4, meta=x)]")),
              ElementsAre("k.yaml:6:84: error: expected a width of 1b to 64b, found 'x'"));
}

TEST(Text, ThatNeverClosesIsToldAsWritten) {
  EXPECT_THAT(messages_of(spoilt(kSpmm, "{n0: [8, 16, 32]}", "{n0: nnz(A}")),
              ElementsAre("k.yaml:14:22: error: expected ')', found the end of the text"));
}

TEST(Params, FollowFromTheShapesOfTensors) {
  Kernel kernel = read_sound(kSpmm);
  base::Diagnostics diagnostics;
  const auto params = params_from_shapes(kernel, {{"A", {30, 20}}, {"X", {20, 64}}}, diagnostics);
  EXPECT_THAT(params, UnorderedElementsAre(Pair("M", 30), Pair("K", 20), Pair("N", 64)));
  set_params(kernel, params, diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_THAT(kernel.shape(*kernel.find_tensor("Y")), ElementsAre(30, 64));
}

TEST(Params, ThatDisagreeAreRefused) {
  Kernel kernel = read_sound(kSpmm);
  base::Diagnostics diagnostics;
  params_from_shapes(kernel, {{"A", {30, 20}}, {"X", {21, 64}}}, diagnostics);
  set_params(kernel, {{"MM", 3}, {"N", 0}}, diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("k.yaml:7:14: error: K is 21 by the data of tensor X, but 20 elsewhere",
                          "k.yaml:1:1: error: unknown parameter 'MM' in kernel spmm; did you mean "
                          "'M'?",
                          "k.yaml:3:22: error: expected a positive parameter N, found 0"));
}

const std::string kTyped =
    spoilt(spoilt(spoilt(kSpmm, "N: 64}", "N: 64, dtype: f16}"), "dtype: f32", "dtype: dtype"),
           "Y: {dims: [m, n], dtype: f32", "Y: {dims: [m, n], dtype: sum(dtype)");

TEST(TypeParam, GivesTensorsThatNameItTheirDtype) {
  const Kernel kernel = read_sound(kTyped);
  EXPECT_EQ(kernel.find_tensor("A")->dtype, Dtype::F16);
  EXPECT_EQ(kernel.find_tensor("X")->dtype, Dtype::F32);
  EXPECT_EQ(kernel.find_tensor("Y")->dtype, Dtype::F16);
  EXPECT_EQ(read_sound(write_kernel(kernel)), kernel);
}

TEST(TypeParam, IsSetInAnyUsualSpelling) {
  for (const auto& [text, dtype, sum] : {std::tuple{"fp16", Dtype::F16, Dtype::F16},
                                         {"int8", Dtype::I8, Dtype::I32},
                                         {"f8", Dtype::F8e4m3, Dtype::F16},
                                         {"tf32", Dtype::Tf32, Dtype::F32}}) {
    Kernel kernel = read_sound(kTyped);
    base::Diagnostics diagnostics;
    set_params_from_text(kernel, {{"dtype", text}, {"M", "7"}}, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << text;
    EXPECT_EQ(kernel.find_tensor("A")->dtype, dtype);
    EXPECT_EQ(kernel.find_tensor("Y")->dtype, sum);
    EXPECT_EQ(kernel.extent("m"), 7);
  }
}

TEST(TypeParam, MessagesNameTheOption) {
  Kernel kernel = read_sound(kTyped);
  base::Diagnostics diagnostics;
  set_params_from_text(kernel, {{"M", "x"}, {"dtype", "fp61"}, {"dtyp", "f16"}}, diagnostics);
  EXPECT_THAT(
      diagnostics.messages(),
      testing::ElementsAre(
          "-p M=x: expected a positive integer, found 'x'",
          "-p dtyp=f16: kernel spmm has no parameter 'dtyp'; did you mean 'dtype'? (it has M, K, "
          "N, dtype)",
          "-p dtype=fp61: expected a dtype (f64, f32, tf32, f16, bf16, f8e4m3, f8e5m2, i64, i32, "
          "i8), found 'fp61'"));
}

}  // namespace
}  // namespace weft::ir
