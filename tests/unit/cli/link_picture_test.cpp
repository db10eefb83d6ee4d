// SPDX-License-Identifier: Apache-2.0
#include "cli/link_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using testing::HasSubstr;

machine::FabricDescription mesh(int columns, int rows, int dies) {
  machine::FabricDescription fabric;
  fabric.topology.mesh.columns = columns;
  fabric.topology.mesh.rows = rows;
  fabric.topology.cores_per_die = columns * rows;
  fabric.topology.dies = dies;
  return fabric;
}

TEST(LinkPicture, HasADigitBesideEveryLinkOfADie) {
  const machine::FabricDescription fabric = mesh(2, 2, 1);
  const machine::Topology topology(fabric);
  std::vector<double> bytes(topology.links().size(), 0);
  const auto load = [&](int from, int to, double amount) {
    topology.visit_route(from, to,
                         [&](int link, int) { bytes[static_cast<size_t>(link)] += amount; });
  };
  load(0, 1, 1000);
  load(1, 0, 500);
  load(0, 2, 250);
  EXPECT_EQ(link_picture(bytes, fabric, topology),
            "links of die 0, in tenths of the busiest, 1000 B\n"
            "  [ 0] 9> <5 [ 1]\n"
            "  2v^.       .v^.\n"
            "  [ 2] .> <. [ 3]\n");
}

TEST(LinkPicture, OfSeveralDiesHasAMatrix) {
  const machine::FabricDescription fabric = mesh(2, 2, 2);
  const machine::Topology topology(fabric);
  std::vector<double> bytes(topology.links().size(), 0);
  topology.visit_route(0, 5, [&](int link, int) { bytes[static_cast<size_t>(link)] = 64; });
  EXPECT_THAT(link_picture(bytes, fabric, topology), HasSubstr("  from die, down; to die, across\n"
                                                               "       0  1\n"
                                                               "    0  .  9\n"
                                                               "    1  .  .\n"));
}

TEST(LinkPicture, OfIdleLinksIsEmpty) {
  const machine::FabricDescription fabric = mesh(2, 2, 1);
  const machine::Topology topology(fabric);
  EXPECT_EQ(link_picture(std::vector<double>(topology.links().size(), 0), fabric, topology), "");
}

}  // namespace
}  // namespace weft::cli
