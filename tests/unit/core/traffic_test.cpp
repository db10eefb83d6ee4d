// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/lone_core.h"
#include "tests/support/loop_program.h"

namespace weft::tests {
namespace {

using program::Opcode;
using program::Space;
using sim::AccessKind;

constexpr uint64_t kThreads = 8;
constexpr uint64_t kRounds = 10;
constexpr uint64_t kFilled = 20;  // elements of a DMA fill

/// Each round of each thread: two loads, a store and an atomic of 8 bytes each; once, at the end,
/// a DMA fill.
program::Program mixed_traffic(const std::vector<int64_t>& data) {
  program::Assembler code;
  emit_loop(code, kRounds, [&] {
    code.emit({.op = Opcode::Load, .a = 8, .b = kTicks, .slots = 1, .array = 0});
    code.emit({.op = Opcode::Load, .a = 8, .b = kTicks, .slots = 1, .array = 0, .immediate = 1});
    code.emit({.op = Opcode::Store, .a = 8, .b = kTicks, .slots = 1, .array = 1});
    code.emit({.op = Opcode::AtomicAdd, .a = 8, .b = 9, .c = 12, .slots = 1, .array = 1});
  });
  code.emit({.op = Opcode::Set, .a = 13, .immediate = kFilled});
  code.emit({.op = Opcode::DmaFill, .a = 14, .b = 9, .c = 13, .slots = 4, .array = 2});
  code.emit({.op = Opcode::DmaWait, .a = 14, .slots = 1});
  program::Array made = integers(Space::Memory, data);
  made.data = nullptr;
  made.base += 1 << 20;
  program::Array held = integers(Space::Scratchpad, data);
  held.memory_base = kMemoryBase;
  return program_of(code, {integers(Space::Memory, data), made, held});
}

TEST(Traffic, ThatThreadsAndDmaAskForReachesTheMemoryReadsAndWritesApart) {
  const std::vector<int64_t> data(64);
  const program::Program program = mixed_traffic(data);
  FlatPort memory({});
  LoneCore lone(one_pipeline(kThreads), memory, program);
  ASSERT_GT(lone.run(), 0);
  constexpr uint64_t kAtomics = kThreads * kRounds * 8;
  EXPECT_EQ(memory.traffic(AccessKind::Read).bytes, kThreads * (2 * kRounds + kFilled) * 8);
  EXPECT_EQ(memory.traffic(AccessKind::Write).bytes, kThreads * kRounds * 8);
  EXPECT_EQ(memory.traffic(AccessKind::Atomic).bytes, kAtomics);
  EXPECT_EQ(lone.core().dma().bytes(), kThreads * kFilled * 8);
  EXPECT_EQ(memory.memory().read_bytes(), memory.traffic(AccessKind::Read).bytes + kAtomics);
  EXPECT_EQ(memory.memory().written_bytes(), memory.traffic(AccessKind::Write).bytes + kAtomics);
}

TEST(Traffic, IsRoundedUpToTheAccessGranularity) {
  const std::vector<int64_t> data(64);
  const program::Program program = mixed_traffic(data);
  FlatPort memory({.access_bytes = 64});
  LoneCore lone(one_pipeline(kThreads), memory, program);
  ASSERT_GT(lone.run(), 0);
  // A fill of 20 elements covers two and a half lines; every other access is inside one.
  constexpr uint64_t kLineReads = kThreads * (2 * kRounds + 3 + kRounds);
  EXPECT_EQ(memory.memory().read_bytes(), kLineReads * 64);
  EXPECT_EQ(memory.memory().written_bytes(), kThreads * (kRounds + kRounds) * 64);
}

TEST(Traffic, ThroughTheCacheIsOneLinePerMiss) {
  const std::vector<int64_t> data(64);
  program::Assembler code;
  emit_loop(code, 64,
            [&] { code.emit({.op = Opcode::Load, .a = 8, .b = kTicks, .slots = 1, .array = 0}); });
  const program::Program program = program_of(code, {integers(Space::Cached, data)});
  FlatPort memory({});
  LoneCore lone(one_pipeline(1), memory, program);
  ASSERT_GT(lone.run(), 0);
  EXPECT_EQ(memory.memory().read_bytes(), 64 * 8);
  EXPECT_EQ(lone.core().caches()[0].accesses(), 64);
  EXPECT_EQ(lone.core().caches()[0].hits(), 64 - 8);
}

}  // namespace
}  // namespace weft::tests
