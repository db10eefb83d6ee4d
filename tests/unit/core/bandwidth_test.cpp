// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/support/lone_core.h"
#include "tests/support/loop_program.h"

namespace weft::tests {
namespace {

using program::Opcode;

constexpr double kTolerance = 0.05;
constexpr double kFirstLatencyNs = 45;
constexpr double kLastLatencyNs = 720;

/// Every element names another, so that following them visits all in random order.
std::vector<int64_t> random_cycle(size_t elements) {
  std::vector<int64_t> order(elements);
  std::iota(order.begin(), order.end(), 0);
  base::Xoshiro256 random(7);
  for (size_t i = elements - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
  std::vector<int64_t> next(elements);
  for (size_t i = 0; i < elements; ++i) {
    next[static_cast<size_t>(order[i])] = order[(i + 1) % elements];
  }
  return next;
}

/// GB/s of the 8-byte elements that 64 threads gather from memory of `access_bytes` at a time.
double gather_gb_s(uint32_t access_bytes) {
  constexpr int64_t kLoads = 200;
  const std::vector<int64_t> next = random_cycle(1 << 16);
  program::Assembler code;
  code.emit({.op = Opcode::Move, .a = 8, .b = 2});
  emit_loop(code, kLoads,
            [&] { code.emit({.op = Opcode::Load, .a = 8, .b = 8, .slots = 2, .array = 0}); });
  const program::Program walk = program_of(code, {integers(program::Space::Memory, next)});
  FlatPort memory({.latency_ns = kFirstLatencyNs, .gb_s = 5.7, .access_bytes = access_bytes});
  sim::CoreParameters parameters;
  parameters.single_threads = 0;
  LoneCore lone(parameters, memory, walk);
  return 64.0 * kLoads * 8 / static_cast<double>(lone.run());
}

TEST(MemoryLaw, EightByteAccessesGatherEightTimesAsFast) {
  const double fine = gather_gb_s(8);
  EXPECT_NEAR(fine / 5.7, 1, kTolerance) << "the gather is to be bound by bandwidth";
  const double ratio = fine / gather_gb_s(64);
  EXPECT_GE(ratio, 7);
  EXPECT_LE(ratio, 8);
}

/// GB/s of a long stream of fills that are all posted at once.
double fill_gb_s(unsigned outstanding, double gb_s, double latency_ns) {
  constexpr uint64_t kFills = 256;
  constexpr uint64_t kFillBytes = 1024;
  FlatPort memory({.latency_ns = latency_ns, .gb_s = gb_s});
  sim::DmaParameters parameters;
  parameters.outstanding = outstanding;
  parameters.burst_cycles = 8 / gb_s;
  sim::DmaEngine dma(parameters, memory);
  uint64_t done = 0;
  for (uint64_t i = 0; i < kFills; ++i) {
    done = std::max(done, dma.fill(0, kMemoryBase + i * kFillBytes, kFillBytes));
  }
  return static_cast<double>(kFills * kFillBytes) / static_cast<double>(done);
}

struct DmaCase {
  unsigned outstanding;
  double gb_s;
};

void PrintTo(const DmaCase& machine, std::ostream* out) {
  *out << machine.outstanding << " requests, " << machine.gb_s << " GB/s";
}

class DmaLatencyTolerance : public testing::TestWithParam<DmaCase> {};

/// Little's law: bytes in flight = bandwidth x latency.
TEST_P(DmaLatencyTolerance, EndsWhereTheOutstandingRequestsNoLongerFillTheMemory) {
  const auto [outstanding, gb_s] = GetParam();
  const double knee_ns = outstanding * 8 / gb_s;
  double most_in_flight_bytes = 0;
  for (double ns = kFirstLatencyNs; ns <= kLastLatencyNs; ns *= 1.1) {
    const double found = fill_gb_s(outstanding, gb_s, ns);
    most_in_flight_bytes = std::max(most_in_flight_bytes, found * ns);
    EXPECT_NEAR(found / std::min(gb_s, gb_s * knee_ns / ns), 1, kTolerance) << ns << " ns";
  }
  EXPECT_NEAR(most_in_flight_bytes / gb_s / knee_ns, 1, kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Machines, DmaLatencyTolerance,
                         testing::Values(DmaCase{64, 5.7}, DmaCase{16, 1.0}, DmaCase{198, 17.6},
                                         DmaCase{256, 5.7}));

TEST(LatencyTolerance, OfThreadsEndsOnceTheirWorkIsShorterThanTheLatencyAndThatOfDmaDoesNot) {
  constexpr unsigned kThreads = 16;
  constexpr uint16_t kSlots = 8;
  const std::vector<int64_t> data(1);
  program::Assembler code;
  emit_loop(code, 1000,
            [&] { code.emit({.op = Opcode::Load, .a = 8, .b = 9, .slots = kSlots, .array = 0}); });
  const program::Program loop = program_of(code, {integers(program::Space::Memory, data)});
  for (double ns = kFirstLatencyNs; ns <= kLastLatencyNs; ns *= 1.2) {
    LatencyPort memory(static_cast<uint64_t>(ns));
    LoneCore lone(one_pipeline(kThreads), memory, loop);
    const auto cycles = static_cast<double>(lone.run());
    const double found = static_cast<double>(lone.core().counters().instructions) / cycles;
    EXPECT_NEAR(found / std::min(1.0, kThreads * kSlots / (std::floor(ns) + kSlots)), 1, kTolerance)
        << ns << " ns";
    EXPECT_NEAR(fill_gb_s(520, 5.7, ns) / 5.7, 1, kTolerance) << ns << " ns";
  }
}

/// Sixteen threads that clear a table or look for its entries are bound by their one pipeline, also
/// where that takes each of them longer than a calendar remembers.
TEST(IssueLaw, PassesOverALongTableAreBoundByThePipeline) {
  constexpr uint64_t kSlots = 1 << 18;
  for (const bool clears : {true, false}) {
    program::Assembler code;
    const program::Label end = code.label();
    if (clears) {
      code.emit({.op = Opcode::TableClear});
    } else {
      code.emit({.op = Opcode::DrainBegin});
      code.jump({.op = Opcode::DrainNext}, end);
    }
    code.place(end);
    program::Program pass = program_of(code, {});
    pass.accumulator.kind = program::AccumulatorKind::Hash;
    pass.accumulator.shared = true;
    pass.accumulator.slots = kSlots;
    LatencyPort memory(90);
    LoneCore lone(one_pipeline(16), memory, pass);
    const auto cycles = static_cast<double>(lone.run());
    const auto issued = static_cast<double>(kSlots * pass.slots.drain_empty);
    EXPECT_EQ(lone.core().counters().instructions, kSlots * pass.slots.drain_empty);
    EXPECT_NEAR(cycles / issued, 1, kTolerance) << (clears ? "clear" : "drain");
  }
}

}  // namespace
}  // namespace weft::tests
