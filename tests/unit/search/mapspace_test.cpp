// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/mapspace.h"

#include <set>

#include <gmock/gmock.h>

#include "kernels/ir/holes.h"
#include "mapper/search/legal_values.h"
#include "tests/unit/search/spaces.h"

namespace weft::tests {
namespace {

using mapper::Decision;
using mapper::Mapspace;
using mapper::Point;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_of(const Mapspace& space) {
  std::vector<std::string> names;
  for (const Decision& decision : space.decisions()) names.push_back(decision.name());
  return names;
}

Mapspace space_with(const std::string& words) {
  base::Diagnostics diagnostics;
  Mapspace space(product_with(words), diagnostics);
  diagnostics.throw_if_any();
  return space;
}

TEST(Mapspace, TakesHoldsFirstThenTilesThenTheRest) {
  EXPECT_THAT(names_of(toy_space()), ElementsAre("hold.A.buf", "tiles.m0", "tiles.n0", "par.m1"));
}

TEST(Mapspace, IsAsLargeAsTheProductOfItsChoices) {
  const Mapspace space = toy_space();
  EXPECT_EQ(space.size(), 3 * 4 * 4 * 2);
  EXPECT_EQ(space.size_below(2), 4 * 2);
}

TEST(Mapspace, EnumeratesEveryPointOnce) {
  const Mapspace space = toy_space();
  std::set<Point> points;
  Point point = space.first();
  do {
    points.insert(point);
  } while (space.advance(point));
  EXPECT_EQ(static_cast<double>(points.size()), space.size());
  EXPECT_EQ(point, space.first());
}

TEST(Mapspace, FillsADocumentWithoutHoles) {
  const Mapspace space = toy_space();
  const ir::Kernel filled = space.fill({2, 3, 1, 1});
  EXPECT_TRUE(ir::holes(filled).empty());
  EXPECT_EQ(buffers_of(filled), 3);
  EXPECT_EQ(tile_of(filled, "m0"), 6);
  EXPECT_EQ(tile_of(filled, "n0"), 2);
}

TEST(Mapspace, OffersDivisorsAndPowersOfTwoForAnyTile) {
  const Mapspace space =
      space_with("    split: {m: [m1, m0]}\n    tiles: {m0: any}\n    order: [m1, m0, n, k]\n");
  EXPECT_THAT(space.decisions().front().values, ElementsAre("1", "2", "3", "4", "6", "8", "12"));
}

TEST(Mapspace, OffersEveryOrderWhereNoneIsGiven) {
  EXPECT_EQ(space_with("    par: {m: core}\n").size(), 6);
}

TEST(Mapspace, OffersEveryWordForAnyWord) {
  const Mapspace space =
      space_with("    order: [m, n, k]\n    hold: {A: {at: k, in: any, via: load}}\n");
  EXPECT_THAT(space.decisions().front().values,
              testing::UnorderedElementsAre("spad", "smem", "reg", "dram"));
}

TEST(Mapspace, LeavesTableSizesThatFollowFromTheRest) {
  const Mapspace space =
      space_with("    order: [m, n, k]\n    accum: {C: {at: m, kind: hash, slots: any}}\n");
  EXPECT_EQ(space.size(), 1);
  EXPECT_TRUE(space.decisions().empty());
}

TEST(Mapspace, AsksForAListWhereNothingIsKnownToBeLegal) {
  base::Diagnostics diagnostics;
  const Mapspace space(product_with("    order: [m, n, k]\n    hold: {A: {at: any}}\n"),
                       diagnostics);
  ASSERT_EQ(diagnostics.messages().size(), 1u);
  EXPECT_THAT(diagnostics.messages().front(),
              HasSubstr("hold.A.at: no value is known to be legal here; give a list of choices"));
}

TEST(LegalValues, TakesAPathApart) {
  const mapper::PathParts parts = mapper::parts_of("schedule.mul.hold.A.via");
  EXPECT_EQ(parts.statement, "mul");
  EXPECT_EQ(parts.word, "hold");
  EXPECT_EQ(parts.subject, "A.via");
}

}  // namespace
}  // namespace weft::tests
