// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/core/shared_table.h"

namespace weft::sim {
namespace {

/// Where a search for `column` begins in a region of `slots`, by the definition of the hash.
uint64_t home_by_division(program::HashBits bits, uint32_t column, uint64_t slots,
                          uint64_t columns) {
  switch (bits) {
    case program::HashBits::High:
      return column * slots / columns;
    case program::HashBits::Low:
      return column % slots;
    case program::HashBits::Mixed:
      return (column * 2654435769U) * slots >> 32;
  }
  return 0;
}

RC_GTEST_PROP(SharedTableLaw, SearchesBeginAtTheSlotThatTheHashSays, ()) {
  constexpr uint64_t kMostColumns = 1 << 22;  // with 2^18 slots the products stay exact
  const auto bits =
      *rc::gen::element(program::HashBits::High, program::HashBits::Low, program::HashBits::Mixed);
  const auto columns = *rc::gen::inRange<uint64_t>(1, kMostColumns);
  const auto slots = *rc::gen::inRange<uint64_t>(1, 1 << 12);
  const auto base = *rc::gen::inRange<uint64_t>(0, 1 << 12);
  const auto column = static_cast<uint32_t>(*rc::gen::inRange<uint64_t>(0, columns));
  SharedTable table;
  table.configure({.bits = bits, .slots = 1 << 13, .columns = columns});
  const SharedTable::Found found =
      table.part(program::Region(base, slots)).find(static_cast<int32_t>(column));
  RC_ASSERT(found.probes == 1U);
  RC_ASSERT(!found.present);
  RC_ASSERT(found.slot == base + home_by_division(bits, column, slots, columns));
}

}  // namespace
}  // namespace weft::sim
