// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "kernels/tensor/directed_graph.h"
#include "kernels/tensor/shuffle.h"

namespace weft::tests {
namespace {

using tensor::DegreePair;
using tensor::JointEdges;
using tensor::JointTable;

/// Edges as (from, to); a set, so that none is repeated.
using EdgeSet = std::set<std::pair<int32_t, int32_t>>;

struct Degrees {
  std::vector<int64_t> out, in;  // [node]
};

Degrees degrees_of(const EdgeSet& edges, size_t nodes) {
  Degrees degrees{std::vector<int64_t>(nodes, 0), std::vector<int64_t>(nodes, 0)};
  for (const auto& [from, to] : edges) {
    ++degrees.out[static_cast<size_t>(from)];
    ++degrees.in[static_cast<size_t>(to)];
  }
  return degrees;
}

JointEdges joint_edges_of(const EdgeSet& edges, size_t nodes) {
  const Degrees degrees = degrees_of(edges, nodes);
  JointEdges joint;
  for (const auto& [from, to] : edges)
    ++joint[{degrees.out[static_cast<size_t>(from)], degrees.in[static_cast<size_t>(to)]}];
  return joint;
}

/// A graph of up to `nodes` nodes, of any density up to all edges that there can be.
EdgeSet arbitrary_graph(int32_t nodes) {
  const int percent = *rc::gen::inRange(0, 101);
  EdgeSet edges;
  for (int32_t from = 0; from < nodes; ++from) {
    for (int32_t to = 0; to < nodes; ++to) {
      if (from != to && *rc::gen::inRange(0, 100) < percent) edges.insert({from, to});
    }
  }
  return edges;
}

/// Halves of `nodes` nodes of the table's degrees, matched at random.
std::vector<DegreePair> arbitrary_pairs(const JointTable& table, size_t nodes,
                                        base::Xoshiro256& random) {
  const auto halves = [&](const std::vector<int64_t>& count) {
    std::vector<int32_t> classes;
    for (size_t i = 0; i < count.size(); ++i)
      classes.insert(classes.end(), static_cast<size_t>(count[i]), static_cast<int32_t>(i));
    classes.resize(nodes, DegreePair::kNone);
    tensor::shuffle(classes, random);
    return classes;
  };
  const std::vector<int32_t> out = halves(table.out_nodes), in = halves(table.in_nodes);
  std::vector<DegreePair> pairs(nodes);
  for (size_t node = 0; node < nodes; ++node) pairs[node] = {out[node], in[node]};
  return pairs;
}

TEST(DirectedGraphLaw, RealisesTheJointDegreesOfEveryGraphExactly) {
  EXPECT_TRUE(rc::check([] {
    const auto nodes = static_cast<size_t>(*rc::gen::inRange(2, 14));
    const EdgeSet original = arbitrary_graph(static_cast<int32_t>(nodes));
    RC_PRE(!original.empty());
    const JointEdges prescribed = joint_edges_of(original, nodes);
    const JointTable table = tensor::joint_table(prescribed, "graph");
    base::Xoshiro256 random(static_cast<uint64_t>(*rc::gen::inRange(1, 1000000)));

    const std::vector<DegreePair> pairs =
        tensor::loopless_pairs(table, arbitrary_pairs(table, nodes, random));
    RC_ASSERT(pairs.size() == nodes);  // as many do, since the original has no more

    const tensor::Edges edges = tensor::realise(table, pairs, random);
    EdgeSet found;
    for (size_t i = 0; i < edges.from.size(); ++i) {
      RC_ASSERT(edges.from[i] != edges.to[i]);
      RC_ASSERT(found.insert({edges.from[i], edges.to[i]}).second);
    }
    RC_ASSERT(joint_edges_of(found, nodes) == prescribed);
    const Degrees degrees = degrees_of(found, nodes);
    for (size_t node = 0; node < nodes; ++node) {
      const auto [out, in] = pairs[node];
      RC_ASSERT(degrees.out[node] ==
                (out == DegreePair::kNone ? 0 : table.out_degree[static_cast<size_t>(out)]));
      RC_ASSERT(degrees.in[node] ==
                (in == DegreePair::kNone ? 0 : table.in_degree[static_cast<size_t>(in)]));
    }
  }));
}

}  // namespace
}  // namespace weft::tests
