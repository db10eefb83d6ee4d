// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/core/merge_state.h"
#include "sim/core/private_row.h"

namespace weft::tests {
namespace {

using sim::Entry;
using testing::ElementsAre;

std::vector<int32_t> columns_of(const std::vector<Entry>& entries) {
  std::vector<int32_t> columns;
  for (const Entry& entry : entries) columns.push_back(entry.column);
  return columns;
}

TEST(PrivateTable, ForgetsTheRowBeforeWithoutClearing) {
  sim::PrivateTable table;
  table.begin(4, program::HashBits::Low, 0, 100);
  table.put(table.find(5).slot, 5, 1.5);
  EXPECT_TRUE(table.find(5).present);
  table.begin(4, program::HashBits::Low, 0, 100);
  EXPECT_FALSE(table.find(5).present);
  EXPECT_EQ(table.entries(), 0);
}

TEST(PrivateTable, ProbesFromTheHomeSlotOn) {
  sim::PrivateTable table;
  table.begin(4, program::HashBits::Low, 0, 100);
  for (const int32_t column : {3, 7}) table.put(table.find(column).slot, column, column);
  EXPECT_EQ(table.find(3).probes, 1u);
  EXPECT_EQ(table.find(7).probes, 2u);
  EXPECT_EQ(table.find(11).probes, 3u);
  std::vector<Entry> entries;
  table.gather(entries);
  EXPECT_THAT(columns_of(entries), ElementsAre(7, 3));
}

TEST(PrivateTable, HighBitsKeepColumnsInOrder) {
  sim::PrivateTable table;
  table.begin(8, program::HashBits::High, 1000, 80);
  for (const int32_t column : {1070, 1000, 1035}) table.put(table.find(column).slot, column, 1.0);
  std::vector<Entry> entries;
  table.gather(entries);
  EXPECT_THAT(columns_of(entries), ElementsAre(1000, 1035, 1070));
}

TEST(PrivateDense, GathersInOrderAndClearsItself) {
  sim::PrivateDense dense;
  dense.begin(100, 130);
  EXPECT_TRUE(dense.add(229, 1.0));
  EXPECT_TRUE(dense.add(100, 2.0));
  EXPECT_FALSE(dense.add(229, 0.5));
  std::vector<Entry> entries;
  EXPECT_EQ(dense.gather(entries), 2u);
  EXPECT_THAT(columns_of(entries), ElementsAre(100, 229));
  EXPECT_EQ(entries[1].value, 1.5);
  entries.clear();
  EXPECT_EQ(dense.gather(entries), 0u);
}

TEST(MergeHeap, YieldsTheSmallestColumnAndTheEarlierFiberFirst) {
  sim::MergeHeap heap;
  for (const int32_t column : {9, 4, 4, 7}) {
    heap.open(column, {.cursor = static_cast<int64_t>(heap.size()),
                       .end = 0,
                       .stored_at = 0,
                       .scale = 1.0,
                       .run = -1});
  }
  EXPECT_EQ(heap.levels(), 2u);
  EXPECT_EQ(heap.column(), 4);
  EXPECT_EQ(heap.fiber().cursor, 1);
  heap.move_on(8);
  EXPECT_EQ(heap.column(), 4);
  EXPECT_EQ(heap.fiber().cursor, 2);
  heap.close();
  EXPECT_EQ(heap.column(), 7);
  heap.move_on(20);
  EXPECT_EQ(heap.column(), 8);
  for (int closed = 0; closed < 3; ++closed) heap.close();
  EXPECT_TRUE(heap.empty());
}

TEST(MergeState, ReusesTheBuffersOfRunsThatAreGone) {
  sim::MergeState merge;
  merge.begin_run();
  merge.runs.back().entries.resize(100);
  const Entry* buffer = merge.runs.back().entries.data();
  merge.end_run(0);
  merge.begin_run();
  EXPECT_TRUE(merge.runs.back().entries.empty());
  merge.runs.back().entries.push_back({1, 1.0});
  EXPECT_EQ(merge.runs.back().entries.data(), buffer);
  EXPECT_TRUE(merge.spare.empty());
}

}  // namespace
}  // namespace weft::tests
