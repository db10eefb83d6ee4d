// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/routing_table.h"

#include <algorithm>
#include <limits>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <fmt/format.h>

#include "base/error.h"

namespace weft::machine {

namespace {

using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Link>;

constexpr int64_t kUnreachable = std::numeric_limits<int64_t>::max();
constexpr int kNoLink = -1;

Graph build_graph(const RouterGraph& graph) {
  Graph built(graph.routers.size());
  for (const Link& link : graph.links) {
    boost::add_edge(static_cast<size_t>(link.from), static_cast<size_t>(link.to), link, built);
  }
  return built;
}

std::vector<int64_t> latencies_from(const Graph& graph, int from) {
  std::vector<int64_t> latencies(boost::num_vertices(graph), kUnreachable);
  boost::dijkstra_shortest_paths(graph, static_cast<size_t>(from),
                                 boost::weight_map(boost::get(&Link::latency_cycles, graph))
                                     .distance_map(latencies.data())
                                     .distance_inf(kUnreachable));
  return latencies;
}

/// For each router the last link of its route, or kNoLink.
std::vector<int> last_links(const RouterGraph& graph, const std::vector<int64_t>& latencies) {
  std::vector<int> last(graph.routers.size(), kNoLink);
  for (int id = 0; id < static_cast<int>(graph.links.size()); ++id) {
    const Link& link = graph.links[static_cast<size_t>(id)];
    const int64_t before = latencies[static_cast<size_t>(link.from)];
    const bool on_a_route = before != kUnreachable &&
                            before + link.latency_cycles == latencies[static_cast<size_t>(link.to)];
    if (!on_a_route) continue;
    int& chosen = last[static_cast<size_t>(link.to)];
    if (chosen == kNoLink || link.dimension > graph.links[static_cast<size_t>(chosen)].dimension)
      chosen = id;
  }
  return last;
}

void append_route(const RouterGraph& graph, const std::vector<int>& last, int to,
                  std::vector<int>& links) {
  const auto begin = static_cast<std::ptrdiff_t>(links.size());
  for (int id = last[static_cast<size_t>(to)]; id != kNoLink;) {
    links.push_back(id);
    id = last[static_cast<size_t>(graph.links[static_cast<size_t>(id)].from)];
  }
  std::reverse(links.begin() + begin, links.end());
}

void check_links(const RouterGraph& graph) {
  const int routers = static_cast<int>(graph.routers.size());
  for (const Link& link : graph.links) {
    const bool inside = link.from >= 0 && link.from < routers && link.to >= 0 && link.to < routers;
    WEFT_CHECK(inside && link.from != link.to, "a link must join two routers of its graph");
    WEFT_CHECK(link.latency_cycles >= 1, "a link has a latency of at least one cycle");
  }
}

}  // namespace

RoutingTable::RoutingTable(const RouterGraph& graph)
    : routers_(static_cast<int>(graph.routers.size())) {
  check_links(graph);
  const Graph built = build_graph(graph);
  base::Diagnostics unreachable;
  begins_.push_back(0);
  for (int from = 0; from < routers_; ++from) {
    const std::vector<int64_t> latencies = latencies_from(built, from);
    const std::vector<int> last = last_links(graph, latencies);
    for (int to = 0; to < routers_; ++to) {
      if (latencies[static_cast<size_t>(to)] == kUnreachable) {
        unreachable.error({"topology", 0, 0},
                          fmt::format("expected a route from {} to {}, found none",
                                      graph.routers[static_cast<size_t>(from)],
                                      graph.routers[static_cast<size_t>(to)]));
      }
      append_route(graph, last, to, links_);
      begins_.push_back(static_cast<uint32_t>(links_.size()));
      latencies_.push_back(latencies[static_cast<size_t>(to)]);
    }
  }
  unreachable.throw_if_any();
}

}  // namespace weft::machine
