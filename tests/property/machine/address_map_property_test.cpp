// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/machine/address_map.h"
#include "tests/support/draw.h"

namespace weft::machine {
namespace {

using tests::draw;

/// `bytes`: of the tensor.
Placement any_placement(int controllers, int64_t bytes) {
  switch (draw(0, 4)) {
    case 0:
      return Placement::interleave(int64_t{1} << draw(0, 9));
    case 1:
      return Placement::block();
    case 2: {
      std::vector<Placement::Piece> pieces = {{0, draw(0, controllers)}};
      while (pieces.back().begin_bytes < bytes && draw(0, 4) > 0)
        pieces.push_back(
            {draw<int64_t>(pieces.back().begin_bytes, bytes + 1), draw(0, controllers)});
      return Placement::at(pieces);
    }
    default:
      return Placement::local(draw(0, controllers));
  }
}

RC_GTEST_PROP(AddressMap, NoTwoBytesShareAPlaceAndNoneLeavesItsController, ()) {
  const int controllers = draw(1, 10);
  AddressMap map(controllers, 1 << 20, 8);
  std::set<std::pair<int, int64_t>> taken;
  const int regions = draw(1, 5);
  for (int i = 0; i < regions; ++i) {
    const auto bytes = draw<int64_t>(0, 700);
    const Region& region = map.place("T", bytes, any_placement(controllers, bytes));
    for (int64_t address = region.base(); address < region.base() + bytes; ++address) {
      const MemoryLocation where = map.locate(address);
      RC_ASSERT(where == region.locate(address));
      RC_ASSERT(where.controller >= 0 && where.controller < controllers);
      RC_ASSERT(where.local_address < map.used_bytes(where.controller));
      RC_ASSERT(taken.insert({where.controller, where.local_address}).second);
    }
  }
}

RC_GTEST_PROP(AddressMap, PiecesAreContiguousUpToTheirBorder, ()) {
  const int controllers = draw(1, 10);
  AddressMap map(controllers, 1 << 20, 8);
  const auto bytes = draw<int64_t>(1, 2000);
  const Region& region = map.place("T", bytes, any_placement(controllers, bytes));
  const auto address = region.base() + draw<int64_t>(0, bytes);
  const int64_t piece = region.bytes_to_border(address);
  RC_ASSERT(piece >= 1 && address + piece <= region.base() + bytes);
  const MemoryLocation first = region.locate(address);
  const MemoryLocation last = region.locate(address + piece - 1);
  RC_ASSERT(last.controller == first.controller);
  RC_ASSERT(last.local_address == first.local_address + piece - 1);
}

RC_GTEST_PROP(AddressMap, CopiesTakeAPlaceOfTheirOwnInEveryMemory, ()) {
  const int controllers = draw(1, 10);
  AddressMap map(controllers, 1 << 20, 8);
  const auto bytes = draw<int64_t>(1, 700);
  const Region& before = map.place("A", bytes, any_placement(controllers, bytes));
  const Region& copied = map.place("B", bytes, Placement::copies());
  const auto offset = draw<int64_t>(0, bytes);
  for (int core = 0; core < controllers; ++core) {
    const MemoryLocation where = copied.locate(copied.base() + offset, core);
    RC_ASSERT(where.controller == core);
    RC_ASSERT(where.local_address < map.used_bytes(core));
    RC_ASSERT(!(where == before.locate(before.base() + offset, core)));
  }
}

}  // namespace
}  // namespace weft::machine
