// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kProduct =
    "kir: 1\nkernel: k\nparams: {M: 20, N: 20, K: 20}\nindex: {m: M, n: N, k: K}\ntensors:\n"
    "  A: {dims: [m, k], dtype: f64, levels: [dense(m), dense(k)]}\n"
    "  B: {dims: [k, n], dtype: f64, levels: [dense(k), dense(n)]}\n"
    "  C: {dims: [m, n], dtype: f64, levels: [dense(m), dense(n)]}\n"
    "compute:\n"
    "  - mul: C[m,n] += A[m,k] * B[k,n]\n";

std::vector<std::string> told(const std::string& schedule) {
  return run_nest(kProduct + schedule).messages;
}

TEST(Legality, ASumOverAParallelLoopRaces) {
  EXPECT_THAT(
      told("schedule: {mul: {order: [k, m, n], par: {k: thread}}}\n"),
      ElementsAre("k.yaml:11:42: error: par of mul runs 'k' side by side, but its iterations "
                  "add to the same elements of C[m,n]: they would race; say reduce: {k: "
                  "atomic} or run another loop"));
  EXPECT_THAT(told("schedule: {mul: {order: [k, m, n], par: {k: thread}, reduce: {k: atomic}}}\n"),
              IsEmpty());
}

TEST(Legality, SubscriptsThatOverlapRace) {
  const std::string overlapping =
      "kir: 1\nkernel: k\nparams: {N: 9}\nindex: {i: N, j: 3}\ntensors:\n"
      "  x: {dims: [i, j], dtype: f64, levels: [dense(i), dense(j)]}\n"
      "  y: {dims: ['2*N+8'], dtype: f64, levels: [dense(i0)]}\n"
      "compute:\n"
      "  - add: y[2*i + j] += x[i,j]\n"
      "schedule: {add: {order: [i, j], par: {i: thread}}}\n";
  EXPECT_THAT(run_nest(overlapping).messages, ElementsAre(testing::HasSubstr("they would race")));
  std::string apart = overlapping;
  apart.replace(apart.find("2*i + j"), 7, "3*i + j");
  apart.replace(apart.find("2*N+8"), 5, "3*N");
  EXPECT_THAT(run_nest(apart).messages, IsEmpty());
}

TEST(Legality, LateStepsOfALongRecurrenceRaceToo) {
  const std::string late =
      "kir: 1\nkernel: k\nparams: {T: 100, N: 9}\nindex: {t: T, i: N}\ntensors:\n"
      "  x: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
      "  y: {dims: [T, N], dtype: f64, levels: [dense(i0), dense(i1)]}\n"
      "compute:\n"
      "  - repeat: {t: [add]}\n"
      "  - add: y[t, i*(1 - t/80)] += x[i]\n"
      "schedule: {add: {order: [t, i], par: {i: thread}}}\n";
  EXPECT_THAT(run_nest(late).messages, ElementsAre(testing::HasSubstr("they would race")));
  std::string apart = late;
  apart.replace(apart.find("i*(1 - t/80)"), 12, "i");
  EXPECT_THAT(run_nest(apart).messages, IsEmpty());
}

TEST(Legality, AnIterationMayNotReadWhatAnotherWrites) {
  EXPECT_THAT(run_nest("kir: 1\nkernel: k\nparams: {N: 9}\nindex: {i: N}\ntensors:\n"
                       "  x: {dims: ['N+1'], dtype: f64, levels: [dense(i0)]}\n"
                       "compute:\n"
                       "  - step: x[i+1] = x[i]\n"
                       "schedule: {step: {order: [i], par: {i: thread}}}\n")
                  .messages,
              ElementsAre("k.yaml:9:37: error: par of step runs 'i' side by side, but an iteration "
                          "reads elements of x that another one writes"));
}

TEST(Legality, StepsOfARepeatDoNotRunSideBySide) {
  EXPECT_THAT(run_nest("kir: 1\nkernel: k\nparams: {T: 5, N: 9}\nindex: {t: T, i: N}\ntensors:\n"
                       "  h: {dims: ['T+1', i], dtype: f64, levels: [gen(i0), dense(i)]}\n"
                       "compute:\n"
                       "  - repeat: {t: [step]}\n"
                       "  - step: h[t+1,i] = h[t,i] + 1\n"
                       "schedule: {step: {order: [t, i], par: {t: thread}}}\n")
                  .messages,
              ElementsAre("k.yaml:10:40: error: par of step runs 't' side by side, but a step of "
                          "repeat t needs the one before it"));
}

const std::string kCascade =
    "kir: 1\nkernel: k\nparams: {M: 20, N: 12, K: 8}\nindex: {m: M, n: N, k: K, r: M}\ntensors:\n"
    "  A: {dims: [m, k], dtype: f64, levels: [dense(m), dense(k)]}\n"
    "  B: {dims: [k, n], dtype: f64, levels: [dense(k), dense(n)]}\n"
    "  T: {dims: [m, n], dtype: f64, levels: [dense(m), dense(n)]}\n"
    "  Y: {dims: [m, n], dtype: f64, levels: [dense(m), dense(n)]}\n"
    "compute:\n"
    "  - first: T[m,n] += A[m,k] * B[k,n]\n"
    "  - second: Y[m,n] = T[SUB,n] + 1\n"
    "schedule:\n"
    "  all: {order: [m, n], par: {m: thread}}\n"
    "  first: {order: [m, n, k]}\n"
    "  fuse_at: {T: {loop: m, in: spad}}\n";

std::string cascade(const std::string& subscript) {
  std::string text = kCascade;
  return text.replace(text.find("SUB"), 3, subscript);
}

TEST(Legality, AnIntermediateMayLiveWithinALoopThatMakesAllThatIsRead) {
  const NestRun run = run_nest(cascade("m"));
  EXPECT_THAT(run.messages, IsEmpty());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

TEST(Legality, FusionAcrossADependenceIsRefused) {
  EXPECT_THAT(
      run_nest(cascade("M-1-m")).messages,
      ElementsAre("k.yaml:16:13: error: first and second cannot share loop 'm': what second "
                  "reads of T is partly made in other iterations"));
}

TEST(Legality, AnIncompleteSumCannotBeFused) {
  std::string text = cascade("m");
  text.replace(text.find("  all: {order: [m, n], par: {m: thread}}\n  first: {order: [m, n, k]}\n"),
               71, "  first: {order: [k, m, n]}\n  second: {order: [m, n]}\n");
  text.replace(text.find("second: Y[m,n] = T[m,n] + 1"), 27, "second: Y[k,n] = T[k,n] + 1");
  EXPECT_THAT(run_nest(text).messages, testing::Not(IsEmpty()));
}

TEST(Legality, ASliceLargerThanTheScratchpadIsRefused) {
  mapper::NestTarget target = small_target();
  target.scratchpad_bytes = 4096;
  const std::string schedule =
      "schedule: {mul: {split: {m: [m1, m0]}, tiles: {m0: 10}, order: [m1, m0, n, k], par: {m1: "
      "core, "
      "m0: thread}, hold: {B: {at: m1, via: dma, buf: 2}}}}\n";
  EXPECT_THAT(
      run_nest(kProduct + schedule, {}, target).messages,
      ElementsAre("k.yaml:1:1: error: the mapping does not fit: it needs 6400 bytes of "
                  "scratchpad per core, 2304 more than the 4096 there are; hold of B at m1 in "
                  "mul takes 6400: hold it at an inner loop, with fewer buffers or smaller "
                  "tiles"));
}

TEST(Legality, MoreThanRegistersKeepIsRefused) {
  EXPECT_THAT(told("schedule: {mul: {order: [m, k, n], par: {m: thread}, accum: {C: {at: m, kind: "
                   "scalar, in: reg}}}}\n"),
              ElementsAre(testing::HasSubstr(
                  "accum of C has 20 elements; registers keep no more than 16 of "
                  "a thread's own, at places known beforehand; say in: spad")));
}

TEST(Legality, AccumulatorsOfSparseProductsAreNotForOtherStatements) {
  EXPECT_THAT(
      told("schedule: {mul: {order: [m, k, n], accum: {C: {at: m, kind: hash, slots: 64}}}}\n"),
      ElementsAre(testing::HasSubstr("loop nests sum in dense and scalar accumulators; hash is "
                                     "for products of two sparse matrices")));
  EXPECT_THAT(
      told("schedule: {mul: {order: [m, k, n], append: {C: {alloc: atomic}}}}\n"),
      ElementsAre(testing::HasSubstr("append of mul is for products of two sparse matrices")));
}

TEST(Legality, AnAccumulatorDoesNotSpanCores) {
  EXPECT_THAT(
      told("schedule: {mul: {order: [n, m, k], par: {m: thread}, accum: {C: {at: n, kind: "
           "dense, in: spad}}}}\n"),
      ElementsAre(testing::HasSubstr("loop 'm' inside of it is dealt to cores that share no "
                                     "scratchpad; say at: m")));
}

TEST(Legality, ADmaEngineThatIsNotThereIsTold) {
  mapper::NestTarget target = small_target();
  target.dma = false;
  const std::string hold = "schedule: {mul: {order: [m, n, k], hold: {A: {at: m, via: dma}}}}\n";
  EXPECT_THAT(run_nest(kProduct + hold, {}, target).messages,
              ElementsAre(testing::HasSubstr("hold of A needs a DMA engine")));
  std::string fallback = hold;
  fallback.replace(fallback.find("via: dma"), 8, "via: dma, fallback: load");
  EXPECT_THAT(run_nest(kProduct + fallback, {}, target).messages, IsEmpty());
}

TEST(Legality, UnsortedFibersCannotMeetInStep) {
  EXPECT_THAT(
      run_nest("kir: 1\nkernel: k\nparams: {N: 9}\nindex: {i: N, j: N}\ntensors:\n"
               "  A: {dims: [i, j], dtype: f64, levels: csr}\n"
               "  B: {dims: [i, j], dtype: f64, levels: [dense(i), 'compressed(j, unordered)']}\n"
               "  y: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
               "compute:\n"
               "  - s: y[i] += A[i,j] + B[i,j]\n")
          .messages,
      ElementsAre(testing::HasSubstr("unsorted coordinates, which cannot meet others in step "
                                     "at loop 'j'")));
}

/// What stands for an entry that is not there is nothing to a sum, but could be the largest value.
TEST(Legality, ExtremesOverEntriesThatAreNotStoredAreRefused) {
  const auto told_of = [](const std::string& b, const std::string& value) {
    return run_nest(
               "kir: 1\nkernel: k\nparams: {N: 8}\nindex: {i: N, j: N}\ntensors:\n"
               "  A: {dims: [i, j], dtype: f64, levels: csr}\n"
               "  B: {dims: [i, j], dtype: f64, levels: " +
               b +
               "}\n  y: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
               "compute:\n  - s: y[i] " +
               value + "\n")
        .messages;
  };
  EXPECT_THAT(told_of("csr", "max= A[i,j] + B[i,j]"), IsEmpty());
  EXPECT_THAT(told_of("csc", "+= A[i,j] + B[i,j]"), IsEmpty());
  EXPECT_THAT(told_of("'bsr(2)'", "+= B[i,j]"), IsEmpty());
  EXPECT_THAT(told_of("'bsr(2)'", "max= B[i,j]"),
              ElementsAre(testing::HasSubstr("tensor B stores whole blocks")));
  EXPECT_THAT(told_of("csc", "min= A[i,j] + B[i,j]"),
              Contains(testing::HasSubstr("is looked up at points where")));
}

}  // namespace
}  // namespace weft::tests
