// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::machine {

/// A one-way connection between two routers.
struct Link {
  int from = 0;
  int to = 0;
  int64_t latency_cycles = 1;
  double bytes_per_cycle = 0;
  int dimension =
      0;  // routes of equal latency take their links in rising order of dimension where they can
};

/// Routers and the links between them.
struct RouterGraph {
  std::vector<std::string> routers;  // names, for messages
  std::vector<Link> links;
};

/// The fastest route between any two routers of a small graph, as lists of links in flat arrays.
/// Memory grows with the square of the number of routers: a die is routed this way, a whole machine
/// is composed from its dies (Topology).
///
/// Routes come from Dijkstra's algorithm, run once from each router. Among the last links of
/// equally fast routes the one of the highest dimension is taken, then the lowest link number; on a
/// mesh whose x links have dimension 0 and y links dimension 1 that is dimension-order (XY)
/// routing, which cannot deadlock (Dally and Seitz, 1987).
class RoutingTable {
 public:
  /// Throws UserError naming every pair of routers that no route joins.
  explicit RoutingTable(const RouterGraph& graph);

  /// The links from `from` to `to` in order; none from a router to itself.
  std::span<const int> route(int from, int to) const {
    const size_t pair = index(from, to);
    return {links_.data() + begins_[pair], links_.data() + begins_[pair + 1]};
  }
  int64_t latency_cycles(int from, int to) const { return latencies_[index(from, to)]; }
  int routers() const { return routers_; }

 private:
  size_t index(int from, int to) const {
    return static_cast<size_t>(from) * static_cast<size_t>(routers_) + static_cast<size_t>(to);
  }

  int routers_;
  std::vector<uint32_t> begins_;    // [from][to], one more at the end
  std::vector<int> links_;          // routes, one behind the other
  std::vector<int64_t> latencies_;  // [from][to]
};

}  // namespace weft::machine
