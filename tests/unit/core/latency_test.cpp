// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/lone_core.h"
#include "tests/support/loop_program.h"

namespace weft::tests {
namespace {

using program::MicroOp;
using program::Opcode;
using program::Space;

constexpr uint64_t kMemoryNs = 90;
constexpr uint64_t kLineBurstsNs = 7 * 2;  // after the first of the eight 8-byte bursts of a line

/// An idle machine whose every latency is another number.
sim::CoreParameters distinct_latencies() {
  sim::CoreParameters parameters = one_pipeline(1);
  parameters.scratchpad.latency_cycles = 11;
  parameters.scratchpad.atomic_cycles = 5;
  parameters.cache.hit_cycles = 3;
  parameters.dma.descriptor_cycles = 13;
  return parameters;
}

/// Cycles that one thread, alone, takes from the first of `operations` to the end, over those that
/// it takes without the last of them.
uint64_t last_latency(const std::vector<MicroOp>& operations, Space space) {
  const std::vector<int64_t> data(64);
  uint64_t cycles[2] = {};
  for (const size_t dropped : {0, 1}) {
    program::Assembler code;
    for (size_t i = 0; i + dropped < operations.size(); ++i) code.emit(operations[i]);
    const program::Program program = program_of(code, {integers(space, data)});
    FlatPort memory({.latency_ns = kMemoryNs, .gb_s = 4});
    LoneCore lone(distinct_latencies(), memory, program);
    cycles[dropped] = lone.run();
  }
  return cycles[0] - cycles[1];
}

MicroOp load(int64_t element) {
  return {.op = Opcode::Load, .a = 8, .b = 9, .slots = 1, .array = 0, .immediate = element};
}
const MicroOp kStore{.op = Opcode::Store, .a = 8, .b = 9, .slots = 1, .array = 0};
const MicroOp kAtomicAdd{.op = Opcode::AtomicAdd, .a = 8, .b = 9, .c = 10, .slots = 1, .array = 0};

TEST(UnloadedLatency, OfTheScratchpadIsItsLatency) {
  EXPECT_EQ(last_latency({load(0)}, Space::Scratchpad), 1 + 11);
  EXPECT_EQ(last_latency({kStore}, Space::Scratchpad), 1 + 11);
}

TEST(UnloadedLatency, OfAScratchpadAtomicHasItsArithmeticOnTop) {
  EXPECT_EQ(last_latency({kAtomicAdd}, Space::Scratchpad), 1 + 11 + 5);
}

TEST(UnloadedLatency, OfMemoryIsThatOfTheMemory) {
  EXPECT_EQ(last_latency({load(0)}, Space::Memory), 1 + kMemoryNs);
  EXPECT_EQ(last_latency({kStore}, Space::Memory), 1 + kMemoryNs);
}

/// An atomic at the memory moves its word twice.
TEST(UnloadedLatency, OfARemoteAtomicHasASecondBurstOnTop) {
  EXPECT_EQ(last_latency({kAtomicAdd}, Space::Memory), 1 + kMemoryNs + 2);
}

TEST(UnloadedLatency, OfACacheMissIsThatOfItsLineAndOfAHitThatOfTheCache) {
  EXPECT_EQ(last_latency({load(0)}, Space::Cached), 1 + kMemoryNs + kLineBurstsNs);
  EXPECT_EQ(last_latency({load(0), load(1)}, Space::Cached), 1 + 3);
  EXPECT_EQ(last_latency({load(0), load(8)}, Space::Cached), 1 + kMemoryNs + kLineBurstsNs);
}

TEST(UnloadedLatency, OfADmaFillIsDescriptorMemoryAndPort) {
  FlatPort memory({.latency_ns = kMemoryNs, .gb_s = 4});
  const sim::CoreParameters parameters = distinct_latencies();
  sim::DmaEngine dma(parameters.dma, memory);
  EXPECT_EQ(dma.fill(1000, kMemoryBase, 8), 1000 + 13 + kMemoryNs + 1);
  EXPECT_EQ(dma.fill(2000, kMemoryBase, 64), 2000 + 13 + kMemoryNs + kLineBurstsNs + 1);
}

}  // namespace
}  // namespace weft::tests
