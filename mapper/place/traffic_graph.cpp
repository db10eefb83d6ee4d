// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/traffic_graph.h"

#include <algorithm>

namespace weft::mapper {

namespace {

/// The range that each row is in.
std::vector<uint32_t> range_of_rows(const std::vector<int64_t>& begins, int64_t rows) {
  std::vector<uint32_t> range(static_cast<size_t>(rows));
  for (size_t i = 0; i < begins.size(); ++i) {
    const int64_t end = i + 1 < begins.size() ? begins[i + 1] : rows;
    std::fill(range.begin() + begins[i], range.begin() + end, static_cast<uint32_t>(i));
  }
  return range;
}

/// Adds to every range of B the edges that its askers already have, so that both ends know them.
void mirror_edges(TrafficGraph& graph, size_t a_ranges) {
  std::vector<std::vector<TrafficGraph::Edge>> back(graph.vertices() - a_ranges);
  for (uint32_t from = 0; from < a_ranges; ++from) {
    for (size_t e = graph.first_edge[from]; e < graph.first_edge[from + 1]; ++e)
      back[graph.edges[e].to - a_ranges].push_back({from, graph.edges[e].bytes});
  }
  for (const auto& edges : back) {
    graph.edges.insert(graph.edges.end(), edges.begin(), edges.end());
    graph.first_edge.push_back(graph.edges.size());
  }
}

}  // namespace

TrafficGraph traffic_graph(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                           const std::vector<int64_t>& a_begins,
                           const std::vector<int64_t>& b_begins, int64_t entry_bytes) {
  const std::vector<uint32_t> range_of_b = range_of_rows(b_begins, b.rows);
  TrafficGraph graph;
  graph.weights.assign(a_begins.size() + b_begins.size(), {0, 0});
  graph.first_edge = {0};
  std::vector<int64_t> asked(b_begins.size(), 0);  // entries, by the range of A at hand
  std::vector<uint32_t> touched;
  for (size_t i = 0; i < a_begins.size(); ++i) {
    const int64_t end = i + 1 < a_begins.size() ? a_begins[i + 1] : a.rows;
    for (int64_t e = a.row_start[static_cast<size_t>(a_begins[i])];
         e < a.row_start[static_cast<size_t>(end)]; ++e) {
      const int32_t k = a.column[static_cast<size_t>(e)];
      const uint32_t range = range_of_b[static_cast<size_t>(k)];
      if (b.row_nnz(k) == 0) continue;
      if (asked[range] == 0) touched.push_back(range);
      asked[range] += b.row_nnz(k);
    }
    for (const uint32_t range : touched) {
      const auto vertex = static_cast<uint32_t>(a_begins.size() + range);
      graph.edges.push_back({vertex, asked[range] * entry_bytes});
      graph.weights[i][TrafficGraph::kWork] += asked[range];
      graph.weights[vertex][TrafficGraph::kServed] += asked[range] * entry_bytes;
      asked[range] = 0;
    }
    touched.clear();
    graph.first_edge.push_back(graph.edges.size());
  }
  mirror_edges(graph, a_begins.size());
  return graph;
}

}  // namespace weft::mapper
