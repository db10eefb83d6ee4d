// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/place_program.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace weft::machine {

namespace {

Placement placement_of(const program::PlacedRange& range) {
  if (range.interleave_bytes > 0)
    return Placement::interleave(static_cast<int64_t>(range.interleave_bytes));
  if (range.pieces.empty()) return Placement::copies();
  std::vector<Placement::Piece> pieces;
  for (const auto& [begin, core] : range.pieces)
    pieces.push_back({static_cast<int64_t>(begin), static_cast<int>(core)});
  return Placement::at(std::move(pieces));
}

}  // namespace

std::vector<const Region*> place_program(AddressMap& map, const program::Program& program,
                                         const FabricDescription& fabric) {
  const int64_t piece =
      std::max(fabric.memory.interleave.default_bytes, fabric.memory.access_granularity_bytes);
  std::vector<const Region*> regions;
  uint64_t top = 0;
  const auto place = [&](const std::string& name, uint64_t bytes, const Placement& placement) {
    if (bytes == 0) return;
    regions.push_back(&map.place(name, static_cast<int64_t>(bytes), placement));
    WEFT_CHECK(regions.back()->base() == static_cast<int64_t>(top),
               "program and machine place a range apart");
    top += bytes;
  };
  for (const program::PlacedRange& range : program.placed_ranges) {
    place("program", range.base - top, Placement::interleave(piece));
    place(range.name, range.bytes, placement_of(range));
  }
  place("program", program.memory_bytes - top, Placement::interleave(piece));
  return regions;
}

}  // namespace weft::machine
