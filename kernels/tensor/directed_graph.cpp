// SPDX-License-Identifier: Apache-2.0

// Every node has an open end for each edge to come. Cells of the joint-degree matrix are filled
// edge by edge with pairs of random open ends. Where these would repeat an edge or join a node to
// itself, any pair of nodes of the cell without an edge takes it. If such a node has no open end
// left, one of the same degree has: it takes over one of the first node's edges, which leaves every
// cell as it is, and the first node has an open end again. The only case in which nothing can be
// taken over is that the edge is one to the other node itself; then all edges of the other node are
// edges of the first one too, and the other node can have the new edge. So no edge is ever left
// over (after the neighbourhood switches of Tillman, Markopoulou, Butts and Gjoka, "Construction of
// directed 2K graphs", KDD 2017).
#include "kernels/tensor/directed_graph.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/error.h"

namespace weft::tensor {

namespace {

using Node = int32_t;
using Classes = std::vector<std::vector<Node>>;
enum class Direction { Out, In };

/// One direction of the graph: what each node is joined to, and who has open ends left.
struct Side {
  Classes nodes;                          // [class] its nodes
  Classes open_ends;                      // [class] a node for each of its open ends
  std::vector<std::vector<Node>> joined;  // [node] its neighbours
};

class GraphBuilder {
 public:
  GraphBuilder(const JointTable& table, const std::vector<DegreePair>& nodes,
               base::Xoshiro256& random)
      : table_(table), random_(random) {
    out_ = side(nodes, &DegreePair::out, table.out_degree);
    in_ = side(nodes, &DegreePair::in, table.in_degree);
    present_.reserve(static_cast<size_t>(table.all_edges()));
  }

  Edges build() {
    for (size_t out = 0; out < table_.edges.size(); ++out) {
      for (size_t in = 0; in < table_.edges[out].size(); ++in) {
        for (int64_t edge = 0; edge < table_.edges[out][in]; ++edge) add_edge(out, in);
      }
    }
    Edges edges;
    for (size_t node = 0; node < out_.joined.size(); ++node) {
      edges.from.insert(edges.from.end(), out_.joined[node].size(), static_cast<Node>(node));
      edges.to.insert(edges.to.end(), out_.joined[node].begin(), out_.joined[node].end());
    }
    return edges;
  }

 private:
  static Side side(const std::vector<DegreePair>& nodes, int32_t DegreePair::*which,
                   const std::vector<int64_t>& degree) {
    Side result{Classes(degree.size()), Classes(degree.size()), Classes(nodes.size())};
    for (size_t node = 0; node < nodes.size(); ++node) {
      if (nodes[node].*which == DegreePair::kNone) continue;
      const auto of = static_cast<size_t>(nodes[node].*which);
      result.nodes[of].push_back(static_cast<Node>(node));
      result.open_ends[of].insert(result.open_ends[of].end(), static_cast<size_t>(degree[of]),
                                  static_cast<Node>(node));
    }
    return result;
  }

  static uint64_t key(Node from, Node to) {
    return uint64_t{static_cast<uint32_t>(from)} << 32 | static_cast<uint32_t>(to);
  }

  bool may_join(Node from, Node to) const {
    return from != to && !present_.contains(key(from, to));
  }

  void add_edge(size_t out, size_t in) {
    std::vector<Node>& from_open_ends = out_.open_ends[out];
    std::vector<Node>& to_open_ends = in_.open_ends[in];
    constexpr int kTries = 16;
    size_t from = 0, to = 0;
    bool found = false;
    for (int tries = 0; tries < kTries && !found; ++tries) {
      from = random_.below(from_open_ends.size());
      to = random_.below(to_open_ends.size());
      found = may_join(from_open_ends[from], to_open_ends[to]);
    }
    Node source = from_open_ends[from], target = to_open_ends[to];
    if (!found) {
      std::tie(source, target) = unjoined_pair(out_.nodes[out], in_.nodes[in]);
      from = open_end_of(from_open_ends, source, from);
      to = open_end_of(to_open_ends, target, to);
      source = with_open_end(Direction::Out, source, from_open_ends[from]);
      target = with_open_end(Direction::In, target, to_open_ends[to]);
    }
    remove_at(from_open_ends, from);
    remove_at(to_open_ends, to);
    out_.joined[static_cast<size_t>(source)].push_back(target);
    in_.joined[static_cast<size_t>(target)].push_back(source);
    present_.insert(key(source, target));
  }

  static void remove_at(std::vector<Node>& nodes, size_t place) {
    nodes[place] = nodes.back();
    nodes.pop_back();
  }

  /// The place of an open end of `node`, or `otherwise` where it has none left.
  static size_t open_end_of(const std::vector<Node>& open_ends, Node node, size_t otherwise) {
    const auto found = std::ranges::find(open_ends, node);
    return found == open_ends.end() ? otherwise : static_cast<size_t>(found - open_ends.begin());
  }

  /// The first pair of nodes that may be joined, from a random one on.
  std::pair<Node, Node> unjoined_pair(const std::vector<Node>& sources,
                                      const std::vector<Node>& targets) {
    const size_t pairs = sources.size() * targets.size();
    const size_t first = random_.below(pairs);
    for (size_t step = 0; step < pairs; ++step) {
      const size_t pair = (first + step) % pairs;
      const Node source = sources[pair / targets.size()], target = targets[pair % targets.size()];
      if (may_join(source, target)) return {source, target};
    }
    throw base::InternalError("a cell of joint degrees has more edges than pairs of nodes");
  }

  /// The node that may have a new edge with the last open end of `spare`: `node`, one of whose
  /// edges `spare` takes over, or `spare` where there is none to take.
  Node with_open_end(Direction direction, Node node, Node spare) {
    if (node == spare) return node;
    const bool outgoing = direction == Direction::Out;
    Side& side = outgoing ? out_ : in_;
    Side& others = outgoing ? in_ : out_;
    const auto edge = [&](Node own, Node other) {
      return outgoing ? key(own, other) : key(other, own);
    };
    std::vector<Node>& joined = side.joined[static_cast<size_t>(node)];
    const auto taken = std::ranges::find_if(joined, [&](Node other) {
      return other != spare && !present_.contains(edge(spare, other));
    });
    if (taken == joined.end()) return spare;
    const Node other = *taken;
    remove_at(joined, static_cast<size_t>(taken - joined.begin()));
    side.joined[static_cast<size_t>(spare)].push_back(other);
    std::ranges::replace(others.joined[static_cast<size_t>(other)], node, spare);
    present_.erase(edge(node, other));
    present_.insert(edge(spare, other));
    return node;
  }

  const JointTable& table_;
  base::Xoshiro256& random_;
  Side out_, in_;
  std::unordered_set<uint64_t> present_;  // edges
};

}  // namespace

Edges realise(const JointTable& table, const std::vector<DegreePair>& nodes,
              base::Xoshiro256& random) {
  return GraphBuilder(table, nodes, random).build();
}

}  // namespace weft::tensor
