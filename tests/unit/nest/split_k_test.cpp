// SPDX-License-Identifier: Apache-2.0
// Sums in parts that go to a tensor of their own and are then added up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

NestRun run_split(const std::string& words, const std::string& format = "[dense(m), dense(k)]",
                  const std::string& more = "") {
  return run_nest(
      "kir: 1\nkernel: k\nparams: {M: 3, K: 96, N: 2}\nindex: {m: M, k: K, n: N}\ntensors:\n"
      "  A: {dims: [m, k], dtype: f64, levels: " +
      format +
      "}\n  B: {dims: [k, n], dtype: f64, levels: [dense(k), dense(n)]}\n"
      "  Z: {dims: [m, n], dtype: f64, levels: [dense(m), dense(n)]}\n"
      "compute:\n  - mul: Z[m,n] += A[m,k] * B[k,n]\nschedule:\n  mul: {" +
      words + "}\n" + more);
}

class SplitForms : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(SplitForms, LeaveTheSameSums) {
  const auto& [words, format] = GetParam();
  const NestRun run = run_split(words, format);
  EXPECT_THAT(run.messages, ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.cause_cycles, run.thread_cycles);
  EXPECT_EQ(run.source_cycles, run.cause_cycles);
}

INSTANTIATE_TEST_SUITE_P(
    Nest, SplitForms,
    ::testing::Combine(
        ::testing::Values("order: [m, n, k], reduce: {k: split_k(4)}",
                          "order: [m, n, k], par: {m: thread, n: thread}, reduce: {k: split_k(8)}",
                          "order: [m, k, n], par: {m: core, k: thread}, reduce: {k: split_k(6)}",
                          "order: [m, k, n], par: {m: thread}, reduce: {k: split_k(2)}, "
                          "hold: {B: {at: k, in: spad, via: load}}"),
        ::testing::Values("[dense(m), dense(k)]", "csr", "bsr(3)")));

TEST(SplitK, PartsKeepMoreThreadsBusy) {
  const std::string words = "order: [m, n, k], par: {m: thread, n: thread}";
  const NestRun whole = run_split(words);
  const NestRun parts = run_split(words + ", reduce: {k: split_k(4)}");
  EXPECT_EQ(parts.products, whole.products + 4 * 6);  // each partial sum is added once
  EXPECT_LT(parts.cycles, whole.cycles);
  // Partial sums are written and read again.
  EXPECT_EQ(parts.source_bytes, whole.source_bytes + 2 * 4 * 6 * 8);
}

TEST(SplitK, OnePartIsTheWholeSum) {
  const std::string words = "order: [m, n, k], par: {m: thread}";
  EXPECT_EQ(run_split(words + ", reduce: {k: split_k(1)}").cycles, run_split(words).cycles);
}

TEST(SplitK, RefusesWhatItCannotDivide) {
  EXPECT_THAT(run_split("order: [m, n, k], reduce: {k: split_k(7)}").messages,
              ElementsAre("k.yaml:12:36: error: reduce of k in mul: 7 parts do not divide k = 96"));
  EXPECT_THAT(run_split("order: [m, n, k], reduce: {m: split_k(3)}").messages,
              ElementsAre(HasSubstr("does not sum over it")));
  EXPECT_THAT(run_split("split: {k: [k1, k0]}, tiles: {k0: 8}, order: [m, n, k1, k0], "
                        "reduce: {k: split_k(4)}")
                  .messages,
              ElementsAre(HasSubstr("the schedule cuts it")));
  EXPECT_THAT(run_split("order: [m, n, k], reduce: {k: split_k(4)}", "csr",
                        "  fuse_at: {Z: {loop: m, in: spad}}\n")
                  .messages,
              ElementsAre(HasSubstr("leave out fuse_at of it")));
}

}  // namespace
}  // namespace weft::tests
