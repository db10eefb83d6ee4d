// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/routing_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace weft::machine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RoutingTable, TakesTheFastestWayNotTheShortest) {
  const RouterGraph graph{{"a", "b", "c"},
                          {{0, 2, 10, 8, 0}, {0, 1, 3, 8, 0}, {1, 2, 3, 8, 0}, {2, 0, 1, 8, 0}}};
  RouterGraph closed = graph;
  closed.links.push_back({1, 0, 1, 8, 0});
  closed.links.push_back({2, 1, 1, 8, 0});
  const RoutingTable table(closed);
  EXPECT_THAT(table.route(0, 2), ElementsAre(1, 2));
  EXPECT_EQ(table.latency_cycles(0, 2), 6);
  EXPECT_THAT(table.route(2, 0), ElementsAre(3));
  EXPECT_THAT(table.route(1, 1), IsEmpty());
  EXPECT_EQ(table.latency_cycles(1, 1), 0);
}

TEST(RoutingTable, AmongEqualsTheLastLinkHasTheHighestDimension) {
  // A square 0-1 / 2-3: from 0 to 3 first along the row (dimension 0), then along the column
  // (dimension 1).
  const RouterGraph square{{"0", "1", "2", "3"},
                           {{0, 1, 1, 8, 0},
                            {1, 0, 1, 8, 0},
                            {2, 3, 1, 8, 0},
                            {3, 2, 1, 8, 0},
                            {0, 2, 1, 8, 1},
                            {2, 0, 1, 8, 1},
                            {1, 3, 1, 8, 1},
                            {3, 1, 1, 8, 1}}};
  const RoutingTable table(square);
  EXPECT_THAT(table.route(0, 3), ElementsAre(0, 6));
  EXPECT_THAT(table.route(3, 0), ElementsAre(3, 5));
}

TEST(RoutingTable, PairsWithoutARouteAreNamed) {
  const RouterGraph cut{{"die 0 router 0", "die 0 router 1"}, {{0, 1, 1, 8, 0}}};
  try {
    const RoutingTable table(cut);
    FAIL() << "expected an error";
  } catch (const base::UserError& error) {
    EXPECT_THAT(
        error.messages(),
        ElementsAre(
            "topology: expected a route from die 0 router 1 to die 0 router 0, found none"));
  }
}

TEST(RoutingTable, LinksWithoutLatencyAreAFaultOfTheProgram) {
  EXPECT_THROW(RoutingTable({{"a", "b"}, {{0, 1, 0, 8, 0}, {1, 0, 1, 8, 0}}}), base::InternalError);
  EXPECT_THROW(RoutingTable({{"a", "b"}, {{0, 2, 1, 8, 0}}}), base::InternalError);
}

}  // namespace
}  // namespace weft::machine
