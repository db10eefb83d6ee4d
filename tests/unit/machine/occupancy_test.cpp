// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/occupancy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv_row.h"
#include "base/error.h"
#include "tests/support/local_data.h"

namespace weft::machine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

LaunchShape shape(int threads, int registers, int64_t dynamic_shared_bytes = 0) {
  LaunchShape launch;
  launch.threads_per_block = threads;
  launch.registers_per_thread = registers;
  launch.dynamic_shared_bytes = dynamic_shared_bytes;
  return launch;
}

Occupancy on(ComputeCapability cc, const LaunchShape& launch) {
  return occupancy(sm_limits(cc), launch);
}

TEST(ComputeCapability, IsReadFromTwoNumbersAndADot) {
  EXPECT_EQ(parse_compute_capability("12.0"), (ComputeCapability{12, 0}));
  EXPECT_EQ(parse_compute_capability("8.6")->str(), "8.6");
  for (const char* text : {"", "9", "9.", ".0", "9.0a", "sm_90", "9 .0"})
    EXPECT_FALSE(parse_compute_capability(text)) << text;
}

TEST(SmLimits, AnUnknownComputeCapabilityIsAnsweredWithTheKnownOnes) {
  try {
    sm_limits({8, 1});
    FAIL();
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "compute capability: expected one of 6.0, 6.1, 7.0, 7.2, 7.5, 8.0, 8.6, 8.7, "
                 "8.9, 9.0, 10.0, 10.3, 11.0, 12.0, 12.1, found '8.1'");
  }
}

TEST(SmLimits, SystemsOnChipsAreThoseOfTheProgrammingGuide) {
  struct Row {
    ComputeCapability cc;
    int warps, blocks;
    int64_t shared_kib, block_kib;
  };
  for (const Row& row :
       {Row{{7, 2}, 64, 32, 96, 96}, Row{{8, 7}, 48, 16, 164, 163}, Row{{10, 3}, 64, 32, 228, 227},
        Row{{11, 0}, 48, 24, 228, 227}, Row{{12, 1}, 48, 24, 100, 99}}) {
    const SmLimits& sm = sm_limits(row.cc);
    EXPECT_EQ(sm.max_warps, row.warps) << row.cc.str();
    EXPECT_EQ(sm.max_blocks, row.blocks) << row.cc.str();
    EXPECT_EQ(sm.shared_bytes, row.shared_kib << 10) << row.cc.str();
    EXPECT_EQ(sm.shared_bytes_opt_in, row.block_kib << 10) << row.cc.str();
  }
}

TEST(Occupancy, EachResourceCanBind) {
  const Occupancy by_warps = on({9, 0}, shape(1024, 16));
  EXPECT_EQ(by_warps.blocks_per_sm, 2);
  EXPECT_THAT(by_warps.limiters(), ElementsAre(Resource::Warps));
  const Occupancy by_registers = on({9, 0}, shape(256, 128, 49152));
  EXPECT_EQ(by_registers.blocks_per_sm, 2);
  EXPECT_THAT(by_registers.limiters(), ElementsAre(Resource::Registers));
  EXPECT_DOUBLE_EQ(by_registers.theoretical, 0.25);
  const Occupancy by_shared_memory = on({8, 0}, shape(128, 32, 48 << 10));
  EXPECT_EQ(by_shared_memory.blocks_per_sm, 3);
  EXPECT_THAT(by_shared_memory.limiters(), ElementsAre(Resource::SharedMemory));
  const Occupancy by_slots = on({8, 6}, shape(32, 16));
  EXPECT_EQ(by_slots.blocks_per_sm, 16);
  EXPECT_THAT(by_slots.limiters(), ElementsAre(Resource::Blocks));
  EXPECT_THAT(on({12, 0}, shape(32, 16)).limiters(),
              ElementsAre(Resource::Blocks, Resource::Barriers));
}

TEST(Occupancy, RegistersAreLostAtTheEndOfEverySubPartition) {
  // 168 registers: 5,376 a warp, 3 warps in each of 4 partitions: one block of 12 warps, though
  // 65,536 / 5,376 is 12.2.
  EXPECT_EQ(on({9, 0}, shape(384, 168)).blocks_per_sm, 1);
  EXPECT_EQ(on({9, 0}, shape(128, 168)).blocks_per_sm, 3);
  EXPECT_EQ(on({9, 0}, shape(128, 168)).allocated_registers, 4 * 5376);
}

TEST(Occupancy, ABlockThatFillsTheRegisterFileUnevenlyIsRefused) {
  const LaunchShape launch = shape(1024, 65);
  EXPECT_EQ(on({8, 0}, launch).blocks_per_sm, 0);
  EXPECT_THAT(why_no_block_fits(sm_limits({8, 0}), launch),
              ElementsAre("registers: a block takes 73728 as its warps are allocated, of 65536"));
  EXPECT_EQ(on({8, 0}, shape(1024, 64)).blocks_per_sm, 1);
}

TEST(Occupancy, TwoPartitionsOfP100HoldMoreButPassTheCheckOfFour) {
  // 13 warps of 88 registers (2,816): 11 in each half of P100's file, 5 in each quarter of P4's.
  EXPECT_EQ(on({6, 0}, shape(11 * 32, 88)).blocks_per_sm, 2);
  EXPECT_EQ(on({6, 1}, shape(11 * 32, 88)).blocks_per_sm, 1);
  EXPECT_EQ(on({6, 0}, shape(21 * 32, 88)).blocks_per_sm, 0);
}

TEST(Occupancy, BeforeAmpereNoSharedMemoryIsNoLimit) {
  EXPECT_EQ(on({7, 0}, shape(32, 16)).limit(Resource::SharedMemory), kUnlimitedBlocks);
  EXPECT_EQ(on({8, 0}, shape(32, 16)).limit(Resource::SharedMemory), 164);
}

TEST(Occupancy, MoreThanTheDefaultSharedMemoryNeedsOptingIn) {
  LaunchShape launch = shape(128, 32, (48 << 10) + 1);
  EXPECT_EQ(on({8, 0}, launch).blocks_per_sm, 3);
  launch.opts_in = false;
  EXPECT_EQ(on({8, 0}, launch).blocks_per_sm, 0);
  EXPECT_THAT(why_no_block_fits(sm_limits({8, 0}), launch),
              ElementsAre("shared memory: a block has 49153 B, the most is 49152 B without opting "
                          "in to more"));
  EXPECT_EQ(on({6, 1}, shape(128, 32, (48 << 10) + 1)).blocks_per_sm, 0);
}

TEST(Occupancy, ASmallCarveOutGrowsUntilOneBlockFits) {
  LaunchShape launch = shape(128, 32, 20 << 10);
  launch.carve_out_percent = 50;  // 50 of 100 KiB, so 64
  EXPECT_EQ(on({8, 6}, launch).blocks_per_sm, 3);
  launch.carve_out_percent = 0;
  EXPECT_EQ(on({8, 6}, launch).blocks_per_sm, 1);
  EXPECT_EQ(on({6, 1}, launch).blocks_per_sm, 4) << "a memory of its own has no carve-out";
}

TEST(Occupancy, EveryCauseOfARefusalIsTold) {
  EXPECT_THAT(why_no_block_fits(sm_limits({7, 5}), shape(1025, 300, 65 << 10)),
              ElementsAre("threads: a block has 1025, the most is 1024",
                          "registers: a thread has 300, the most is 256",
                          "shared memory: a block has 66560 B, the most is 65536 B"));
  EXPECT_THAT(why_no_block_fits(sm_limits({7, 5}), shape(1024, 64, 64 << 10)), IsEmpty());
}

int limit_in_table(const base::CsvRow& row, const char* column) {
  const int64_t limit = row.integer(column, -1, 1 << 20);
  return limit == -1 ? kUnlimitedBlocks : static_cast<int>(limit);
}

int64_t limiter_bits(const Occupancy& result) {
  int64_t bits = 0;
  for (const Resource resource : result.limiters())
    bits |= int64_t{1} << static_cast<int>(resource);
  return bits;
}

TEST(Occupancy, AgreesWithEveryColumnOfNvidiasAnswers) {
  const auto file = testing_support::local_data("measured/occupancy.csv");
  if (!file) GTEST_SKIP() << "optional local data is absent: measured/occupancy.csv";
  base::Diagnostics diagnostics;
  const base::CsvTable table = base::read_csv_file(*file, diagnostics);
  for (size_t i = 0; i < table.rows().size(); ++i) {
    const base::CsvRow row(table, i, diagnostics);
    const auto integer = [&](const char* column) { return row.integer(column, 0, 1 << 20); };
    SCOPED_TRACE(row.line());
    const Occupancy result =
        on(*parse_compute_capability(row.text("cc")),
           shape(static_cast<int>(integer("threads_per_block")),
                 static_cast<int>(integer("regs_per_thread")), integer("dynamic_smem_bytes")));
    EXPECT_EQ(result.blocks_per_sm, integer("active_blocks_per_sm"));
    EXPECT_EQ(result.warps_per_sm, integer("active_warps_per_sm"));
    EXPECT_NEAR(result.theoretical, row.number("occupancy"), 1e-6);
    EXPECT_EQ(result.limit(Resource::Warps), limit_in_table(row, "limit_warps"));
    EXPECT_EQ(result.limit(Resource::Registers), limit_in_table(row, "limit_regs"));
    EXPECT_EQ(result.limit(Resource::SharedMemory), limit_in_table(row, "limit_smem"));
    EXPECT_EQ(result.limit(Resource::Blocks), limit_in_table(row, "limit_blocks"));
    EXPECT_EQ(limiter_bits(result), integer("limiting_factor_bits"));
    EXPECT_EQ(result.allocated_registers, integer("alloc_regs_per_block"));
    EXPECT_EQ(result.allocated_shared_bytes, integer("alloc_smem_per_block"));
  }
  EXPECT_GT(table.rows().size(), 1000u);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
}

}  // namespace
}  // namespace weft::machine
