// SPDX-License-Identifier: Apache-2.0

// Every node has a stub for each edge to come. Cells of the joint-degree matrix are filled edge by
// edge with pairs of random stubs. Where these would repeat an edge or join a node to itself, any
// pair of nodes of the cell without an edge takes it. If such a node has no stub left, one of the
// same degree has: it takes over one of the first node's edges, which leaves every cell as it is,
// and the first node has a stub again. The only case in which nothing can be taken over is that
// the edge is one to the other node itself; then all edges of the other node are edges of the
// first one too, and the other node can have the new edge. So no edge is ever left over (after the
// neighbourhood switches of Tillman, Markopoulou, Butts and Gjoka, "Construction of directed 2K
// graphs", KDD 2017).
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

/// One direction of the graph: what each node is joined to, and who has stubs left.
struct Side {
  Classes nodes;                          // [class] its nodes
  Classes stubs;                          // [class] a node for each of its stubs
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
      result.stubs[of].insert(result.stubs[of].end(), static_cast<size_t>(degree[of]),
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
    std::vector<Node>& from_stubs = out_.stubs[out];
    std::vector<Node>& to_stubs = in_.stubs[in];
    constexpr int kTries = 16;
    size_t from = 0, to = 0;
    bool found = false;
    for (int tries = 0; tries < kTries && !found; ++tries) {
      from = random_.below(from_stubs.size());
      to = random_.below(to_stubs.size());
      found = may_join(from_stubs[from], to_stubs[to]);
    }
    Node source = from_stubs[from], target = to_stubs[to];
    if (!found) {
      std::tie(source, target) = unjoined_pair(out_.nodes[out], in_.nodes[in]);
      from = stub_of(from_stubs, source, from);
      to = stub_of(to_stubs, target, to);
      source = with_stub(Direction::Out, source, from_stubs[from]);
      target = with_stub(Direction::In, target, to_stubs[to]);
    }
    remove_at(from_stubs, from);
    remove_at(to_stubs, to);
    out_.joined[static_cast<size_t>(source)].push_back(target);
    in_.joined[static_cast<size_t>(target)].push_back(source);
    present_.insert(key(source, target));
  }

  static void remove_at(std::vector<Node>& nodes, size_t place) {
    nodes[place] = nodes.back();
    nodes.pop_back();
  }

  /// The place of a stub of `node`, or `otherwise` where it has none left.
  static size_t stub_of(const std::vector<Node>& stubs, Node node, size_t otherwise) {
    const auto found = std::ranges::find(stubs, node);
    return found == stubs.end() ? otherwise : static_cast<size_t>(found - stubs.begin());
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

  /// The node that may have a new edge with the last stub of `spare`: `node`, one of whose edges
  /// `spare` takes over, or `spare` where there is none to take.
  Node with_stub(Direction direction, Node node, Node spare) {
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
