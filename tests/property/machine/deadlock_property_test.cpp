// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/topological_sort.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/machine/topology.h"
#include "tests/support/draw.h"

namespace weft::machine {
namespace {

using tests::draw;

constexpr int kChannels = 3;

/// The channel dependency graph of Dally and Seitz (1987): an edge from each link, in its virtual
/// channel, to the one that some message asks for while it holds the first.
class DependencyGraph {
 public:
  explicit DependencyGraph(const Topology& topology)
      : graph_(topology.links().size() * kChannels) {}

  template <class Route>
  void add(const Route& route) {
    int held = -1;
    route([&](int link, int channel) {
      const int asked = link * kChannels + channel;
      if (held >= 0 && known_.insert({held, asked}).second) {
        boost::add_edge(static_cast<size_t>(held), static_cast<size_t>(asked), graph_);
      }
      held = asked;
    });
  }

  bool acyclic() const {
    std::vector<size_t> order;
    try {
      boost::topological_sort(graph_, std::back_inserter(order));
      return true;
    } catch (const boost::not_a_dag&) {
      return false;
    }
  }

 private:
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> graph_;
  std::set<std::pair<int, int>> known_;
};

RC_GTEST_PROP(Topology, NoCycleOfLinksCanWaitForEachOther, ()) {
  FabricDescription fabric;
  fabric.topology.mesh.columns = draw(1, 5);
  fabric.topology.mesh.rows = draw(1, 5);
  const int routers = fabric.topology.mesh.columns * fabric.topology.mesh.rows;
  fabric.topology.cores_per_die = draw(1, routers + 1);
  fabric.topology.dies_per_node = draw(1, 4);
  fabric.topology.dies = fabric.topology.dies_per_node * draw(1, 4);
  const Topology topology(fabric);
  DependencyGraph dependencies(topology);
  for (int from = 0; from < topology.routers(); ++from) {
    for (int to = 0; to < topology.routers(); ++to) {
      dependencies.add([&](auto&& visit) { topology.visit_route(from, to, visit); });
    }
  }
  RC_ASSERT(dependencies.acyclic());
}

/// The test above must be able to fail: four turns around a square wait for each other.
TEST(DependencyGraph, FindsTheCycleOfRoutesThatTurnBothWays) {
  FabricDescription fabric;
  fabric.topology.mesh = {2, 2, 1, 8};
  fabric.topology.cores_per_die = 4;
  const Topology topology(fabric);
  const auto link_between = [&](int from, int to) {
    for (int id = 0; id < static_cast<int>(topology.links().size()); ++id) {
      const Link& link = topology.links()[static_cast<size_t>(id)];
      if (link.from == from && link.to == to) return id;
    }
    return -1;
  };
  DependencyGraph dependencies(topology);
  const std::vector<int> around = {0, 1, 3, 2};
  for (size_t i = 0; i < 4; ++i) {
    dependencies.add([&](auto&& visit) {
      visit(link_between(around[i], around[(i + 1) % 4]), 0);
      visit(link_between(around[(i + 1) % 4], around[(i + 2) % 4]), 0);
    });
  }
  EXPECT_FALSE(dependencies.acyclic());
}

}  // namespace
}  // namespace weft::machine
