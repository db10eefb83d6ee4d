// SPDX-License-Identifier: Apache-2.0
// Random small einsums over random formats, walked in random orders, against the direct evaluation
// of their statements.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "kernels/ir/report.h"
#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

std::string matrix_format(const std::string& row, const std::string& column) {
  const std::string pick =
      *rc::gen::element<std::string>("dense", "csr", "csc", "coo", "dcsr", "bsr(2)", "bsr(3)",
                                     "ell(3)", "2:4", "bitmap", "hash", "blockdiag(4)");
  if (pick == "dense") return "['dense(" + row + ")', 'dense(" + column + ")']";
  if (pick == "bitmap") return "['dense(" + row + ")', 'bitmap(" + column + ")']";
  if (pick == "hash") return "['dense(" + row + ")', 'hash(" + column + ")']";
  return "'" + pick + "'";
}

std::string tensor(const std::string& name, const std::string& row, const std::string& column,
                   const std::string& levels) {
  return "  " + name + ": {dims: [" + row + ", " + column + "], dtype: f64, levels: " + levels +
         "}\n";
}

std::string dense_tensor(const std::string& name, const std::string& row,
                         const std::string& column) {
  return tensor(name, row, column, "['dense(" + row + ")', 'dense(" + column + ")']");
}

struct Statement {
  std::string tensors;
  std::string text;
};

Statement arbitrary_statement() {
  const std::string combine = *rc::gen::element<std::string>("+=", "+=", "max=", "min=", "or=");
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return {tensor("A", "i", "k", matrix_format("i", "k")) +
                  tensor("B", "k", "j", matrix_format("k", "j")) + dense_tensor("C", "i", "j"),
              "C[i,j] " + combine + " A[i,k] * B[k,j]"};
    case 1:
      return {tensor("A", "i", "j", matrix_format("i", "j")) +
                  tensor("B", "i", "j", matrix_format("i", "j")) + dense_tensor("C", "i", "j"),
              "C[i,j] += A[i,j] - 2 * B[i,j]"};
    case 2:
      return {tensor("A", "i", "k", matrix_format("i", "k")) +
                  tensor("B", "j", "k", matrix_format("j", "k")) +
                  tensor("S", "i", "j", *rc::gen::element<std::string>("csr", "dcsr", "csc")) +
                  "  C: {dims: [i, j], dtype: f64, levels: csr, pattern: S}\n",
              "C[i,j] += A[i,k] * B[j,k]"};
    case 3:
      return {tensor("A", "i", "k", matrix_format("i", "k")) +
                  "  x: {dims: [k], dtype: f64, levels: ['dense(k)']}\n"
                  "  y: {dims: [i], dtype: f64, levels: ['dense(i)']}\n",
              "y[i] " + combine + " A[i,k] * x[k]"};
    case 4:
      return {tensor("A", "i", "k", matrix_format("i", "k")) +
                  tensor("B", "k", "j", matrix_format("k", "j")) +
                  tensor("C", "i", "j", *rc::gen::element<std::string>("csr", "dcsr")),
              "C[i,j] += A[i,k] * B[k,j]"};
    default:
      return {tensor("A", "i", "j", matrix_format("i", "j")) +
                  tensor("B", "i", "j", matrix_format("i", "j")) +
                  tensor("D", "i", "j", matrix_format("i", "j")) +
                  "  y: {dims: [i], dtype: f64, levels: ['dense(i)']}\n",
              "y[i] += (A[i,j] + B[i,j]) * D[i,j]"};
  }
}

/// Sizes are multiples of four where groups of four are stored.
int64_t arbitrary_size() {
  return 4 * *rc::gen::inRange<int64_t>(1, 6);
}

mapper::NestTarget arbitrary_target() {
  mapper::NestTarget target = small_target();
  target.cores = *rc::gen::inRange<int64_t>(1, 4);
  target.threads_per_core = 4 * *rc::gen::inRange<int64_t>(1, 5);
  return target;
}

/// A refusal is fine where it names its place; a wrong value never is.
void hold_against_evaluation(const std::string& text, int& run_count) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel = nest_kernel(text, diagnostics);
  diagnostics.throw_if_any();
  const auto per_fiber = *rc::gen::element(4.0, 0.3, 0.02);
  const NestRun run = run_nest(kernel, with_random(kernel, {}, per_fiber), arbitrary_target());
  if (!run.messages.empty()) {
    for (const std::string& message : run.messages)
      RC_ASSERT(message.find("k.yaml:") == 0 && message.find(": error: ") != std::string::npos);
    return;
  }
  ++run_count;
  RC_ASSERT(run.finished);
  RC_ASSERT(run.deviation.first_mismatch == "");
  RC_ASSERT(run.cause_cycles == run.thread_cycles);
  RC_ASSERT(run.source_cycles == run.thread_cycles);
  RC_ASSERT(run.memory_bytes >= run.compulsory_bytes);
}

std::string document(const Statement& statement, const std::string& schedule) {
  return "kir: 1\nkernel: k\nparams: {I: " + std::to_string(arbitrary_size()) +
         ", J: " + std::to_string(arbitrary_size()) + ", K: " + std::to_string(arbitrary_size()) +
         "}\nindex: {i: I, j: J, k: K}\ntensors:\n" + statement.tensors +
         "compute:\n  - s: " + statement.text + "\n" + schedule;
}

TEST(NestProperty, RandomEinsumsOverRandomFormatsAgreeWithTheirStatements) {
  int run_count = 0;
  const bool holds =
      rc::check([&] { hold_against_evaluation(document(arbitrary_statement(), ""), run_count); });
  EXPECT_TRUE(holds);
  EXPECT_GE(run_count, 60) << "most einsums should run";
}

/// A dense product cut, ordered, held and accumulated at random.
std::string arbitrary_schedule() {
  std::vector<std::string> order = {"i1", "i0", "j1", "j0", "k1", "k0"};
  for (size_t last = order.size(); last > 1; --last)
    std::swap(order[last - 1], order[*rc::gen::inRange<size_t>(0, last)]);
  std::string loops;
  for (const std::string& loop : order) loops += (loops.empty() ? "" : ", ") + loop;
  const std::string parallel = *rc::gen::element<std::string>("i1", "i0", "j1", "j0");
  const std::string unit = *rc::gen::element<std::string>("thread", "core");
  std::string text = "schedule:\n  s:\n    split: {i: [i1, i0], j: [j1, j0], k: [k1, k0]}\n";
  for (const char* tile : {"i0", "j0", "k0"}) {
    text += tile == std::string("i0") ? "    tiles: {" : ", ";
    text += std::string(tile) + ": " + std::to_string(*rc::gen::inRange(1, 8));
  }
  text += "}\n    order: [" + loops + "]\n    par: {" + parallel + ": " + unit + "}\n";
  const auto hold = [&](const std::string& name) {
    return name + ": {at: " + order[*rc::gen::inRange<size_t>(0, 6)] +
           ", in: spad, via: " + *rc::gen::element<std::string>("dma", "load") +
           ", buf: " + std::to_string(*rc::gen::inRange(1, 4)) + "}";
  };
  if (*rc::gen::arbitrary<bool>()) text += "    hold: {" + hold("A") + ", " + hold("B") + "}\n";
  if (*rc::gen::arbitrary<bool>())
    text += "    accum: {C: {at: " + order[*rc::gen::inRange<size_t>(0, 6)] + ", kind: dense}}\n";
  return text;
}

TEST(NestProperty, RandomSchedulesOfAProductDoNotChangeIt) {
  int run_count = 0;
  const bool holds = rc::check([&] {
    const Statement product{
        dense_tensor("A", "i", "k") + dense_tensor("B", "k", "j") + dense_tensor("C", "i", "j"),
        "C[i,j] += A[i,k] * B[k,j]"};
    hold_against_evaluation(document(product, arbitrary_schedule()), run_count);
  });
  EXPECT_TRUE(holds);
  EXPECT_GE(run_count, 50) << "most schedules should be legal";
}

}  // namespace
}  // namespace weft::tests
