// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/cut.h"

#include <cmath>
#include <cstdint>
#include <set>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>

namespace weft::mapper {

namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::bidirectionalS>;
using Edge = Traits::edge_descriptor;

struct FlowVertex {
  boost::default_color_type colour{};
  int64_t distance = 0;
  Edge predecessor;
};

/// Capacities are in thousandths of a byte per cycle, since flows are compared for equality.
struct FlowEdge {
  int64_t capacity = 0;
  int64_t residual = 0;
  Edge reverse;
};

using FlowGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, FlowVertex, FlowEdge>;

constexpr double kUnitsPerByte = 1000;
constexpr int64_t kUnlimited = int64_t{1} << 50;

void join(FlowGraph& graph, size_t from, size_t to, int64_t capacity) {
  const Edge ahead = boost::add_edge(from, to, FlowEdge{capacity, 0, {}}, graph).first;
  const Edge back = boost::add_edge(to, from, FlowEdge{}, graph).first;
  graph[ahead].reverse = back;
  graph[back].reverse = ahead;
}

}  // namespace

double halves_bytes_per_cycle(const machine::Topology& topology, int cores, bool back) {
  const auto routers = static_cast<size_t>(topology.routers());
  const size_t source = routers, sink = routers + 1;
  FlowGraph graph(routers + 2);
  for (const machine::Link& link : topology.links()) {
    join(graph, static_cast<size_t>(link.from), static_cast<size_t>(link.to),
         std::llround(link.bytes_per_cycle * kUnitsPerByte));
  }
  // Cores that share a router are served by it together.
  std::set<size_t> first, rest;
  for (int core = 0; core < cores; ++core) {
    const auto router = static_cast<size_t>(topology.router_of_core(core));
    (core < cores / 2 ? first : rest).insert(router);
  }
  for (const size_t router : back ? rest : first) join(graph, source, router, kUnlimited);
  for (const size_t router : back ? first : rest) join(graph, router, sink, kUnlimited);
  const int64_t flow = boost::boykov_kolmogorov_max_flow(
      graph, boost::get(&FlowEdge::capacity, graph), boost::get(&FlowEdge::residual, graph),
      boost::get(&FlowEdge::reverse, graph), boost::get(&FlowVertex::predecessor, graph),
      boost::get(&FlowVertex::colour, graph), boost::get(&FlowVertex::distance, graph),
      boost::get(boost::vertex_index, graph), source, sink);
  return static_cast<double>(flow) / kUnitsPerByte;
}

}  // namespace weft::mapper
