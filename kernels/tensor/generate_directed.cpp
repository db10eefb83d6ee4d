// SPDX-License-Identifier: Apache-2.0

// A directed graph with prescribed in- and out-degrees: the configuration model of Newman, Strogatz
// and Watts
// ("Random graphs with arbitrary degree distributions and their applications", Phys. Rev. E 64,
// 2001). Both degree sequences follow a power law. Every node gets as many outgoing and incoming
// stubs as its degrees say, and a random permutation joins them. What joint degrees decide is the
// work of A*A: its products are the sum over nodes of in-degree x out-degree, so `correlation` says
// which share of the nodes has the same rank in both sequences. `mixing` prescribes the
// joint-degree matrix along edges (joint_degrees.h) in place of the random permutation.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "kernels/tensor/generator_families.h"
#include "kernels/tensor/joint_degrees.h"
#include "kernels/tensor/shuffle.h"

namespace weft::tensor {

namespace {

using Kind = SpecParameter::Kind;
using Presence = SpecParameter::Presence;

/// Degrees by rank, largest first, that follow P(degree) ~ degree^-exponent and add up to `edges`
/// exactly: the real-valued degrees are accumulated and the sums rounded down, so no rounding error
/// is left over.
std::vector<int64_t> power_law_degrees(int64_t nodes, int64_t edges, double exponent) {
  const double decay = -1 / (exponent - 1);
  std::vector<double> weight_up_to(nodes);
  double sum = 0;
  for (int64_t rank = 0; rank < nodes; ++rank) {
    sum += std::pow(static_cast<double>(rank + 1), decay);
    weight_up_to[rank] = sum;
  }
  std::vector<int64_t> degree(nodes);
  int64_t placed = 0;
  for (int64_t rank = 0; rank < nodes; ++rank) {
    const bool last = rank + 1 == nodes;
    const auto up_to =
        last ? edges
             : static_cast<int64_t>(static_cast<double>(edges) * (weight_up_to[rank] / sum));
    degree[rank] = up_to - placed;
    placed = up_to;
  }
  return degree;
}

/// `rank_of` with the ranks of a random share 1 - correlation of the nodes exchanged among
/// themselves.
std::vector<int32_t> partly_shuffled(std::vector<int32_t> rank_of, double correlation,
                                     base::Xoshiro256& random) {
  std::vector<size_t> exchanged;
  for (size_t node = 0; node < rank_of.size(); ++node) {
    if (random.uniform() >= correlation) exchanged.push_back(node);
  }
  std::vector<int32_t> ranks;
  ranks.reserve(exchanged.size());
  for (const size_t node : exchanged) ranks.push_back(rank_of[node]);
  shuffle(ranks, random);
  for (size_t place = 0; place < exchanged.size(); ++place)
    rank_of[exchanged[place]] = ranks[place];
  return rank_of;
}

std::vector<int32_t> stubs(const std::vector<int32_t>& rank_of,
                           const std::vector<int64_t>& degree) {
  std::vector<int32_t> result;
  for (size_t node = 0; node < rank_of.size(); ++node) {
    result.insert(result.end(), degree[rank_of[node]], static_cast<int32_t>(node));
  }
  return result;
}

/// Both degrees keep what they are, and edges join classes of degrees as `mixing` says.
Edges mixed_edges(const std::vector<int32_t>& from, const std::vector<int32_t>& to,
                  const std::vector<int64_t>& degree, double mixing, base::Xoshiro256& random) {
  const size_t classes = degree_class(*std::ranges::max_element(degree)) + 1;
  const auto by_class = [&](const std::vector<int32_t>& ends) {
    std::vector<int64_t> ends_of(degree.size(), 0);  // [node]
    for (const int32_t node : ends) ++ends_of[node];
    std::vector<std::vector<int32_t>> nodes(classes);
    for (const int32_t node : ends) nodes[degree_class(ends_of[node])].push_back(node);
    return nodes;
  };
  std::vector<int64_t> ends(classes, 0), count(classes, 0);
  for (const int64_t each : degree) {
    ends[degree_class(each)] += each;
    count[degree_class(each)] += each > 0 ? 1 : 0;
  }
  return join_ends(by_class(from), by_class(to), joint_degrees(ends, count, mixing), random);
}

CsrMatrix make_directed(const SpecValues& values) {
  const int64_t nodes = values.integer("nodes");
  const int64_t edges = values.integer("edges");
  require_memory("directed", nodes, nodes, edges);
  const std::vector<int64_t> degree = power_law_degrees(nodes, edges, values.real("exponent"));

  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  std::vector<int32_t> out_rank(nodes);
  std::iota(out_rank.begin(), out_rank.end(), 0);
  shuffle(out_rank, random);
  const std::vector<int32_t> in_rank =
      partly_shuffled(out_rank, values.real("correlation"), random);

  Coordinates list{.rows = nodes, .cols = nodes, .row = {}, .column = {}, .value = {}};
  list.row = stubs(out_rank, degree);
  list.column = stubs(in_rank, degree);
  if (const double mixing = values.real("mixing"); mixing != 0) {
    Edges joined = mixed_edges(list.row, list.column, degree, mixing, random);
    list.row = std::move(joined.from);
    list.column = std::move(joined.to);
  } else {
    shuffle(list.column, random);
  }
  CsrMatrix matrix = csr_from_coordinates(std::move(list), Duplicates::KeepFirst);
  seed_values(matrix, random);
  return matrix;
}

}  // namespace

Generator directed_generator() {
  constexpr double kLeastExponent = 1.5;
  constexpr double kMostExponent = 10;
  constexpr double kUsualExponent =
      2.2;  // in the middle of the 2.1 to 2.4 of the web graph's degrees
  return {"directed",
          "directed graph with power-law in- and out-degrees (configuration model)",
          {count_parameter("nodes", 1, kMostGenerated, "number of nodes"),
           count_parameter("edges", 1, kMostGenerated,
                           "sum of the out-degrees, before duplicates merge"),
           {"exponent", Kind::Real, kLeastExponent, kMostExponent, Presence::Optional,
            kUsualExponent, "exponent of the degree distribution"},
           {"correlation", Kind::Real, 0, 1, Presence::Optional, 0.0,
            "share of nodes with the same rank by in-degree and out-degree"},
           {"mixing", Kind::Real, -1, 1, Presence::Optional, 0.0,
            "joint degrees along edges: 0 by chance, 1 like to like, -1 high to low"},
           seed_parameter()},
          make_directed};
}

}  // namespace weft::tensor
