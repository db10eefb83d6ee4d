// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/topology.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace weft::machine {
namespace {

FabricDescription fabric_of(int dies, int cores_per_die, int columns, int rows) {
  FabricDescription fabric;
  fabric.topology.dies = dies;
  fabric.topology.cores_per_die = cores_per_die;
  fabric.topology.mesh.columns = columns;
  fabric.topology.mesh.rows = rows;
  return fabric;
}

TEST(Topology, OneCoreNeedsNoLink) {
  const Topology topology(fabric_of(1, 1, 1, 1));
  EXPECT_TRUE(topology.links().empty());
  EXPECT_EQ(topology.latency_cycles(topology.router_of_core(0), topology.router_of_core(0)), 0);
  EXPECT_EQ(topology.worst_latency_cycles(), 0);
}

TEST(Topology, MeshHopsAreTheManhattanDistance) {
  const Topology topology(fabric_of(1, 16, 4, 4));
  EXPECT_EQ(topology.links().size(), 48U);
  for (int from = 0; from < 16; ++from) {
    for (int to = 0; to < 16; ++to) {
      const int distance = std::abs(from % 4 - to % 4) + std::abs(from / 4 - to / 4);
      EXPECT_EQ(topology.hops(from, to), distance);
      EXPECT_EQ(topology.latency_cycles(from, to), 2 * distance);
    }
  }
}

TEST(Topology, CoresHaveRoutersOfTheirOwn) {
  const Topology topology(fabric_of(2, 8, 4, 4));
  std::set<int> routers;
  for (int core = 0; core < 16; ++core) routers.insert(topology.router_of_core(core));
  EXPECT_EQ(routers.size(), 16U);
  EXPECT_EQ(*routers.rbegin(), 16 + 14);
}

TEST(Topology, RoutesAreConnectedFromEndToEnd) {
  FabricDescription fabric = fabric_of(12, 4, 3, 2);
  fabric.topology.dies_per_node = 4;
  const Topology topology(fabric);
  for (int from = 0; from < topology.routers(); ++from) {
    for (int to = 0; to < topology.routers(); ++to) {
      int at = from;
      int offdie = 0;
      topology.visit_route(from, to, [&](int id, int channel) {
        const Link& link = topology.links()[static_cast<size_t>(id)];
        EXPECT_EQ(link.from, at);
        EXPECT_EQ(channel, offdie);
        at = link.to;
        offdie += link.dimension == 2 ? 1 : 0;
      });
      ASSERT_EQ(at, to);
      ASSERT_LE(offdie, 2);
    }
  }
}

TEST(Topology, PortsAreSharedOutAmongThePeers) {
  FabricDescription fabric = fabric_of(16, 8, 4, 4);
  fabric.clock_ghz = 2;
  EXPECT_EQ(peers_of_die(fabric.topology), 15);
  const Topology node(fabric);
  EXPECT_EQ(node.links().size(), 16U * (48 + 15));
  EXPECT_DOUBLE_EQ(node.links().back().bytes_per_cycle,
                   2 * 32 / 2.0);  // two ports of 32 GB/s at 2 GHz
  EXPECT_EQ(node.links().back().latency_cycles, 120);

  fabric.topology.dies = 256;
  EXPECT_EQ(peers_of_die(fabric.topology), 30);
  const Topology system(fabric);
  EXPECT_EQ(system.links().size(), 256U * (48 + 30));
  EXPECT_DOUBLE_EQ(system.links().back().bytes_per_cycle, 32 / 2.0);
  EXPECT_EQ(system.links().back().latency_cycles, 220);
}

TEST(Topology, WorstLatencyIsTheLargestOfAllPairs) {
  FabricDescription fabric = fabric_of(6, 3, 3, 2);
  fabric.topology.dies_per_node = 3;
  const Topology topology(fabric);
  int64_t worst = 0;
  for (int from = 0; from < 18; ++from) {
    for (int to = 0; to < 18; ++to) {
      worst = std::max(worst, topology.latency_cycles(topology.router_of_core(from),
                                                      topology.router_of_core(to)));
    }
  }
  EXPECT_EQ(topology.worst_latency_cycles(), worst);
}

TEST(Topology, NamesSayDieAndRouter) {
  const Topology topology(fabric_of(2, 2, 2, 1));
  EXPECT_EQ(topology.name_of_router(3), "die 1 router 1");
}

TEST(FabricDescription, TimesRoundUpToWholeCycles) {
  FabricDescription fabric;
  fabric.clock_ghz = 1.1;
  EXPECT_EQ(fabric.cycles_of_ns(90), 99);
  EXPECT_EQ(fabric.cycles_of_ns(91), 101);
  EXPECT_DOUBLE_EQ(fabric.bytes_per_cycle(5.5), 5.0);
}

}  // namespace
}  // namespace weft::machine
