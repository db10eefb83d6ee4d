// SPDX-License-Identifier: Apache-2.0
// Partial sums of a core's threads: one by one, as a tree, or each to memory by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string rows(const std::string& words) {
  return "kir: 1\nkernel: k\nparams: {M: 6, K: 800}\nindex: {m: M, k: K}\ntensors:\n"
         "  A: {dims: [m, k], dtype: f64, levels: [dense(m), dense(k)]}\n"
         "  x: {dims: [k], dtype: f64, levels: [dense(k)]}\n"
         "  y: {dims: [m], dtype: f64, levels: [dense(m)]}\n"
         "compute:\n  - mul: y[m] += A[m,k] * x[k]\n"
         "schedule:\n  mul: {" +
         words + "}\n";
}

NestRun run_rows(const std::string& reduce, const std::string& par = "{m: core, k: thread}") {
  return run_nest(rows("order: [m, k], par: " + par + ", reduce: {k: " + reduce + "}"));
}

TEST(Join, EveryWayLeavesTheSameSums) {
  for (const char* par : {"{m: core, k: thread}", "{k: thread}"}) {
    for (const char* reduce : {"serial", "tree", "atomic"}) {
      const NestRun run = run_rows(reduce, par);
      SCOPED_TRACE(std::string(par) + reduce);
      expect_plain_result(run);
    }
  }
}

TEST(Join, OneThreadWritesWhatAllHaveAddedUp) {
  const uint64_t operands = 2 * 6 * 800 * 8;
  EXPECT_EQ(run_rows("atomic").source_bytes, operands + 6 * 800 * 8);  // one for each product
  EXPECT_EQ(run_rows("tree").source_bytes, operands + 6 * 8);
  EXPECT_EQ(run_rows("serial").source_bytes, operands + 6 * 8);
}

TEST(Join, ATreeIsFasterThanOneThreadWhereThreadsAreMany) {
  mapper::NestTarget target = small_target();
  target.threads_per_core = 64;
  const auto cycles = [&](const std::string& reduce) {
    return run_nest(rows("order: [m, k], par: {m: core, k: thread}, reduce: {k: " + reduce + "}"),
                    {}, target)
        .cycles;
  };
  EXPECT_LT(cycles("tree"), cycles("serial"));
  EXPECT_LT(cycles("tree"), cycles("atomic"));
}

TEST(Join, SumsOfSeveralElementsComeTogetherAtOnce) {
  const std::string text =
      "kir: 1\nkernel: k\nparams: {N: 4, K: 100}\nindex: {n: N, k: K}\ntensors:\n"
      "  A: {dims: [k], dtype: f64, levels: [dense(k)]}\n"
      "  B: {dims: [k, n], dtype: f64, levels: [dense(k), dense(n)]}\n"
      "  y: {dims: [n], dtype: f64, levels: [dense(n)]}\n"
      "compute:\n  - mul: y[n] += A[k] * B[k,n]\n"
      "schedule: {mul: {order: [k, n], par: {k: thread}, reduce: {k: tree}}}\n";
  const NestRun run = run_nest(text);
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.cause_cycles, run.thread_cycles);
}

TEST(Join, RefusesThreadsWithPartsOfDifferentElements) {
  EXPECT_THAT(run_rows("tree", "{m: thread, k: thread}").messages,
              ElementsAre(HasSubstr("reduce of k in mul: 'm' is dealt to the same threads, which "
                                    "so have parts of different elements")));
}

TEST(Join, RefusesCoresAndLanesThatAreNotThere) {
  EXPECT_THAT(run_rows("tree", "{k: core}").messages,
              ElementsAre());  // to all threads of all cores
  EXPECT_THAT(run_rows("tree", "{m: thread, k: core}").messages, testing::Not(ElementsAre()));
  EXPECT_THAT(run_rows("shuffle").messages,
              ElementsAre("k.yaml:12:60: error: reduce of k in mul: the machine has no lanes that "
                          "shuffle; say tree"));
}

TEST(Join, RefusesAnAccumulatorInsideOfItsWorkers) {
  const NestRun run =
      run_nest(rows("order: [m, k], par: {m: core, k: thread}, reduce: {k: tree}, "
                    "accum: {y: {at: k, kind: scalar, in: reg}}"));
  EXPECT_THAT(run.messages, ElementsAre(HasSubstr("name a loop around it")));
}

}  // namespace
}  // namespace weft::tests
