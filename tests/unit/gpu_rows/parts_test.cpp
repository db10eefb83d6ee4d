// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/gpu/rows/hash_table.h"
#include "mapper/gpu/rows/row_sort.h"
#include "sim/gpu/sector_cache.h"

namespace weft {
namespace {

using mapper::BankPasses;
using mapper::HashTable;
using mapper::LaneBatch;

LaneBatch batch_of(const std::vector<int32_t>& columns) {
  LaneBatch batch;
  for (int32_t column : columns) {
    batch.column[batch.lanes] = column;
    batch.value[batch.lanes] = column + 0.5;
    batch.table[batch.lanes++] = 0;
  }
  return batch;
}

TEST(BankPasses, LanesOnOneBankPassOneByOne) {
  BankPasses passes;
  passes.clear();
  for (unsigned lane = 0; lane < 32; ++lane) passes.touch(0, lane);
  EXPECT_EQ(passes.passes(), 1U);
  passes.clear();
  for (unsigned lane = 0; lane < 32; ++lane) passes.touch(0, lane * 4);
  EXPECT_EQ(passes.passes(), 4U);
  EXPECT_EQ(passes.rounds(), 1U);
}

TEST(BankPasses, RoundsAddUp) {
  BankPasses passes;
  passes.clear();
  passes.touch(0, 3);
  passes.touch(0, 35);
  passes.touch(1, 3);
  passes.touch(20, 3);
  EXPECT_EQ(passes.rounds(), 21U);
  EXPECT_EQ(passes.passes(), 2U + 1U + 13U);
}

TEST(HashTable, NeighboursInTheLowBitsNeedOneRoundAndOnePass) {
  HashTable table(program::HashBits::Low, 1000);
  table.reset(1, 64);
  std::vector<int32_t> columns(32);
  for (int32_t i = 0; i < 32; ++i) columns[static_cast<size_t>(i)] = 100 + i;
  const mapper::ProbeCost cost = table.insert(batch_of(columns), true, [](uint32_t, bool) {});
  EXPECT_EQ(cost.rounds, 1U);
  EXPECT_EQ(cost.passes, 1U);
  EXPECT_EQ(cost.adding_passes, 2U);  // 64-bit values: half of the lanes at a time
  EXPECT_EQ(cost.new_entries, 32U);
}

TEST(HashTable, ColumnsThatMeetTakeARoundMoreEach) {
  HashTable table(program::HashBits::Low, 1000);
  table.reset(1, 64);
  const mapper::ProbeCost cost = table.insert(batch_of({5, 69, 133}), true, [](uint32_t, bool) {});
  EXPECT_EQ(cost.rounds, 3U);
  EXPECT_EQ(cost.adding_rounds, 3U);
}

RC_GTEST_PROP(HashTable, HoldsTheSumsOfItsColumns, ()) {
  const auto columns = *rc::gen::container<std::vector<int32_t>>(rc::gen::inRange(0, 200));
  const auto bits =
      *rc::gen::element(program::HashBits::High, program::HashBits::Low, program::HashBits::Mixed);
  HashTable table(bits, 200);
  table.reset(1, 256);
  std::map<int32_t, double> expected;
  for (size_t first = 0; first < columns.size(); first += 32) {
    const size_t last = std::min(first + 32, columns.size());
    const std::vector<int32_t> part(columns.begin() + static_cast<int64_t>(first),
                                    columns.begin() + static_cast<int64_t>(last));
    for (int32_t column : part) expected[column] += column + 0.5;
    table.insert(batch_of(part), true, [](uint32_t, bool) {});
  }
  std::map<int32_t, double> found;
  for (size_t slot = 0; slot < 256; ++slot) {
    if (table.tags()[slot] != HashTable::kEmpty) found[table.tags()[slot]] = table.values()[slot];
  }
  RC_ASSERT(found == expected);
}

TEST(RowSort, RankComparesAllPairsAndRadixTheTile) {
  const auto instructions = [](auto record) {
    program::CtaTrace trace;
    record(trace);
    trace.end_step();
    double sum = 0;
    for (const program::CtaStep& step : trace.steps()) sum += step.work.instructions;
    return sum;
  };
  const auto rank = [&](int64_t n) {
    return instructions([n](auto& trace) { mapper::record_rank_sort(trace, n, 1024); });
  };
  const auto radix = [&](int64_t n) {
    return instructions([n](auto& trace) { mapper::record_radix_sort(trace, n, 1024, 40000); });
  };
  EXPECT_NEAR(rank(8192) / rank(4096), 4, 0.1);
  EXPECT_NEAR(radix(8192) / radix(4096), 2, 0.01);
  EXPECT_GT(rank(4096), 10 * radix(4096));
  EXPECT_LT(rank(64), radix(64));
}

TEST(SectorCache, FillsOnlyWhatIsMissing) {
  sim::SectorCache cache(4096, 4, 128);
  EXPECT_EQ(cache.access(7, 0b0011), 0b0011U);
  EXPECT_EQ(cache.access(7, 0b0110), 0b0100U);
  EXPECT_EQ(cache.access(7, 0b0111), 0U);
}

TEST(SectorCache, TheLineUsedLongestAgoMakesRoom) {
  sim::SectorCache cache(4 * 128, 4, 128);  // one set
  for (uint64_t line : {1, 2, 3, 4}) cache.access(line, 1);
  cache.access(1, 1);
  cache.access(5, 1);
  EXPECT_EQ(cache.access(1, 1), 0U);
  EXPECT_EQ(cache.access(2, 1), 1U);
}

TEST(SectorCache, WithoutBytesNothingIsKept) {
  sim::SectorCache cache(0, 4, 128);
  cache.access(1, 1);
  EXPECT_EQ(cache.access(1, 1), 1U);
}

}  // namespace
}  // namespace weft
