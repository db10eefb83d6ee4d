// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/address_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace weft::machine {
namespace {

TEST(AddressMap, InterleaveDealsPiecesInTurn) {
  AddressMap map(3, 1 << 20, 64);
  const Region& region = map.place("A", 1000, Placement::interleave(64));
  EXPECT_EQ(region.locate(0), (MemoryLocation{0, 0}));
  EXPECT_EQ(region.locate(63), (MemoryLocation{0, 63}));
  EXPECT_EQ(region.locate(64), (MemoryLocation{1, 0}));
  EXPECT_EQ(region.locate(3 * 64 + 8), (MemoryLocation{0, 72}));
  EXPECT_EQ(region.bytes_to_border(72), 56);
  EXPECT_EQ(region.bytes_to_border(990), 10);
}

TEST(AddressMap, EqualBlocksAreContiguous) {
  AddressMap map(4, 1 << 20, 64);
  const Region& region = map.place("A", 1000, Placement::block());
  EXPECT_EQ(region.locate(255), (MemoryLocation{0, 255}));
  EXPECT_EQ(region.locate(256), (MemoryLocation{1, 0}));
  EXPECT_EQ(region.locate(999), (MemoryLocation{3, 231}));
  EXPECT_EQ(region.bytes_to_border(255), 1);
}

TEST(AddressMap, BlocksCanFollowTheRowsOfAMatrix) {
  AddressMap map(3, 1 << 20, 64);
  const Region& region = map.place("A", 100, Placement::block({0, 10, 10}));
  EXPECT_EQ(region.locate(9), (MemoryLocation{0, 9}));
  EXPECT_EQ(region.locate(10), (MemoryLocation{2, 0}));
  EXPECT_EQ(map.used_bytes(1), 0);
  EXPECT_EQ(map.used_bytes(2), 128);
}

TEST(AddressMap, PiecesLieWhereTheyAreSaidTo) {
  AddressMap map(3, 1 << 20, 64);
  const Region& region = map.place("B", 100, Placement::at({{0, 2}, {30, 0}, {50, 2}}));
  EXPECT_EQ(region.locate(29), (MemoryLocation{2, 29}));
  EXPECT_EQ(region.locate(30), (MemoryLocation{0, 0}));
  EXPECT_EQ(region.locate(50), (MemoryLocation{2, 30}));
  EXPECT_EQ(region.bytes_to_border(40), 10);
  EXPECT_EQ(map.used_bytes(1), 0);
  EXPECT_EQ(map.used_bytes(2), 128);
}

TEST(AddressMap, EveryCoreFindsItsOwnCopy) {
  AddressMap map(3, 1 << 20, 64);
  map.place("A", 100, Placement::local(1));
  const Region& region = map.place("B", 200, Placement::copies());
  EXPECT_EQ(region.locate(region.base() + 70, 0), (MemoryLocation{0, 70}));
  EXPECT_EQ(region.locate(region.base() + 70, 1), (MemoryLocation{1, 128 + 70}));
  EXPECT_EQ(region.bytes_to_border(region.base() + 70), 130);
  EXPECT_EQ(map.used_bytes(2), 256);
}

TEST(AddressMap, RegionsDoNotOverlapAnywhere) {
  AddressMap map(2, 1 << 20, 64);
  map.place("A", 100, Placement::interleave(64));
  map.place("B", 100, Placement::local(1));
  const Region& c = map.place("C", 8, Placement::interleave(8));
  EXPECT_EQ(c.base(), 256);
  EXPECT_EQ(map.region_at(130).name(), "B");
  EXPECT_EQ(map.locate(128), (MemoryLocation{1, 64}));
  EXPECT_EQ(map.locate(c.base()), (MemoryLocation{0, 64}));
}

TEST(AddressMap, AddressesOutsideAreAFaultOfTheProgram) {
  AddressMap map(2, 1 << 20, 64);
  EXPECT_THROW(map.locate(0), base::InternalError);
  map.place("A", 100, Placement::block());
  EXPECT_THROW(map.locate(100), base::InternalError);
}

TEST(AddressMap, FullMemoriesNameTheTensorAndTheLack) {
  AddressMap map(2, 1024, 64);
  map.place("A", 1024, Placement::interleave(64));
  try {
    map.place("B", 2048, Placement::block());
    FAIL() << "expected an error";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(
        error.what(),
        "place of B: expected room for 1KiB in the memory of core 0, found 512B too little "
        "(memory.capacity_per_core is 1KiB)");
  }
}

TEST(AddressMap, ImpossiblePlacementsAreErrors) {
  AddressMap map(2, 1024, 64);
  EXPECT_THROW(map.place("A", 8, Placement::interleave(48)), base::UserError);
  EXPECT_THROW(map.place("A", 8, Placement::local(2)), base::UserError);
}

}  // namespace
}  // namespace weft::machine
