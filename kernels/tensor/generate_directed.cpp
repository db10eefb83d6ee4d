// SPDX-License-Identifier: Apache-2.0

// A directed graph with prescribed in- and out-degrees: the configuration model of Newman, Strogatz
// and Watts
// ("Random graphs with arbitrary degree distributions and their applications", Phys. Rev. E 64,
// 2001). Both degree sequences follow a power law. Every node gets as many outgoing and incoming
// open ends as its degrees say, and a random permutation joins them. What joint degrees decide is
// the work of A*A: its products are the sum over nodes of in-degree x out-degree, so `correlation`
// says which share of the nodes has the same rank in both sequences. `mixing` prescribes the
// joint-degree matrix along edges (joint_degrees.h) in place of the random permutation. A file of
// joint degrees (joint_table.h) prescribes them exactly, and no edge is repeated.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/degree_pairs.h"
#include "kernels/tensor/directed_graph.h"
#include "kernels/tensor/generator_families.h"
#include "kernels/tensor/joint_degrees.h"
#include "kernels/tensor/joint_table.h"
#include "kernels/tensor/shuffle.h"

namespace weft::tensor {

namespace {

using Kind = SpecParameter::Kind;
using Presence = SpecParameter::Presence;

/// In the middle of the 2.1 to 2.4 of the web graph's degrees.
constexpr double kUsualExponent = 2.2;

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

std::vector<int32_t> open_ends(const std::vector<int32_t>& rank_of,
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

CsrMatrix with_values(Coordinates list, base::Xoshiro256& random) {
  CsrMatrix matrix = csr_from_coordinates(std::move(list), Duplicates::KeepFirst);
  seed_values(matrix, random);
  return matrix;
}

/// Classes of one side by rank, highest degree first; the nodes beyond have degree 0.
std::vector<int32_t> classes_by_rank(const std::vector<int64_t>& nodes_of, size_t nodes) {
  std::vector<int32_t> classes;
  for (size_t of = nodes_of.size(); of-- > 0;)
    classes.insert(classes.end(), static_cast<size_t>(nodes_of[of]), static_cast<int32_t>(of));
  classes.resize(nodes, DegreePair::kNone);
  return classes;
}

/// The graph of a joint-degree matrix in a file: degrees and edges between degrees are exact, and
/// which node has both a certain out-degree and a certain in-degree is random (`correlation`).
CsrMatrix make_joint(const SpecValues& values) {
  const std::string& file = values.text("joint");
  const JointTable table = joint_table(read_joint_edges(file), file);
  const int64_t least = std::max(table.all_out_nodes(), table.all_in_nodes());
  const int64_t asked = values.has("nodes") ? values.integer("nodes") : least;
  const auto nodes = static_cast<size_t>(std::max(least, asked));
  require_memory("directed", static_cast<int64_t>(nodes), static_cast<int64_t>(nodes),
                 table.all_edges());

  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  std::vector<size_t> out_rank(nodes);
  std::iota(out_rank.begin(), out_rank.end(), size_t{0});
  shuffle(out_rank, random);
  const std::vector<size_t> in_rank = partly_shuffled(out_rank, values.real("correlation"), random);
  const std::vector<int32_t> out_class = classes_by_rank(table.out_nodes, nodes);
  const std::vector<int32_t> in_class = classes_by_rank(table.in_nodes, nodes);
  std::vector<DegreePair> wanted(nodes);
  for (size_t node = 0; node < nodes; ++node)
    wanted[node] = {out_class[out_rank[node]], in_class[in_rank[node]]};
  const std::vector<DegreePair> pairs = loopless_pairs(table, std::move(wanted));
  const auto count = static_cast<int64_t>(pairs.size());
  if (values.has("nodes") && count > asked) {
    throw base::UserError(fmt::format(
        "directed: nodes: expected at least {}, found {}: {} has {} nodes with outgoing and {} "
        "with incoming edges, and no node may have an edge to itself",
        count, asked, file, table.all_out_nodes(), table.all_in_nodes()));
  }
  Edges edges = realise(table, pairs, random);
  return with_values({.rows = count,
                      .cols = count,
                      .row = std::move(edges.from),
                      .column = std::move(edges.to),
                      .value = {}},
                     random);
}

/// What a file of joint degrees replaces, and what is needed without one.
void check_keys(const SpecValues& values) {
  base::Diagnostics diagnostics;
  const base::Location where{"directed", 0, 0};
  for (const char* key : {"nodes", "edges"}) {
    if (!values.has("joint") && !values.has(key))
      diagnostics.error(where, fmt::format("missing key '{}' (or 'joint', a file)", key));
  }
  for (const char* key : {"edges", "exponent", "mixing"}) {
    if (values.has("joint") && values.has(key))
      diagnostics.error(where,
                        fmt::format("{}: expected none beside 'joint', whose file says it", key));
  }
  diagnostics.throw_if_any();
}

CsrMatrix make_directed(const SpecValues& values) {
  check_keys(values);
  if (values.has("joint")) return make_joint(values);
  const int64_t nodes = values.integer("nodes");
  const int64_t edges = values.integer("edges");
  require_memory("directed", nodes, nodes, edges);
  const std::vector<int64_t> degree = power_law_degrees(
      nodes, edges, values.has("exponent") ? values.real("exponent") : kUsualExponent);

  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  std::vector<int32_t> out_rank(nodes);
  std::iota(out_rank.begin(), out_rank.end(), 0);
  shuffle(out_rank, random);
  const std::vector<int32_t> in_rank =
      partly_shuffled(out_rank, values.real("correlation"), random);

  Coordinates list{.rows = nodes, .cols = nodes, .row = {}, .column = {}, .value = {}};
  list.row = open_ends(out_rank, degree);
  list.column = open_ends(in_rank, degree);
  if (const double mixing = values.has("mixing") ? values.real("mixing") : 0; mixing != 0) {
    Edges joined = mixed_edges(list.row, list.column, degree, mixing, random);
    list.row = std::move(joined.from);
    list.column = std::move(joined.to);
  } else {
    shuffle(list.column, random);
  }
  return with_values(std::move(list), random);
}

}  // namespace

Generator directed_generator() {
  constexpr double kLeastExponent = 1.5;
  constexpr double kMostExponent = 10;
  return {"directed",
          "directed graph with power-law in- and out-degrees (configuration model), or with the "
          "joint-degree matrix of a file",
          {{"nodes", Kind::Integer, 1, kMostGenerated, Presence::Optional, {}, "number of nodes"},
           {"edges",
            Kind::Integer,
            1,
            kMostGenerated,
            Presence::Optional,
            {},
            "sum of the out-degrees, before duplicates merge"},
           {"exponent",
            Kind::Real,
            kLeastExponent,
            kMostExponent,
            Presence::Optional,
            {},
            "exponent of the degree distribution, 2.2 where it is not given"},
           {"correlation", Kind::Real, 0, 1, Presence::Optional, 0.0,
            "share of nodes with the same rank by in-degree and out-degree"},
           {"mixing",
            Kind::Real,
            -1,
            1,
            Presence::Optional,
            {},
            "joint degrees along edges: 0 by chance, 1 like to like, -1 high to low"},
           {"joint",
            Kind::File,
            0,
            0,
            Presence::Optional,
            {},
            "edges by out-degree and in-degree, in place of nodes, edges, exponent and mixing"},
           seed_parameter()},
          make_directed};
}

}  // namespace weft::tensor
