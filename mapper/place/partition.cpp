// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/partition.h"

#include <algorithm>
#include <numeric>

#include "mapper/place/bisect.h"
#include "mapper/place/traffic_graph.h"

namespace weft::mapper {

namespace {

/// Ranges of rows per core: enough to even out what they weigh, few enough that the graph of a
/// matrix whose rows are all joined stays small.
constexpr int64_t kRangesPerCore = 8;
constexpr int64_t kEntryBytes = 12;  // a column and a value
/// A memory may be asked for so much more than its share.
constexpr double kMostAsked = 1.1;

/// Entries that are asked of each row of B.
std::vector<int64_t> asked_entries(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b) {
  std::vector<int64_t> asked(static_cast<size_t>(b.rows), 0);
  for (const int32_t k : a.column) asked[static_cast<size_t>(k)] += b.row_nnz(k);
  return asked;
}

}  // namespace

ProductShares shares_by_traffic(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                                const std::vector<int64_t>& row_flops, unsigned cores) {
  ProductShares shares;
  shares.work.begins = weighted_ranges(row_flops, cores * kRangesPerCore);
  shares.b.begins = weighted_ranges(asked_entries(a, b), cores * kRangesPerCore);
  const TrafficGraph graph = traffic_graph(a, b, shares.work.begins, shares.b.begins, kEntryBytes);
  const std::vector<unsigned> part = partition(graph, cores);
  const auto b_begin = part.begin() + static_cast<std::ptrdiff_t>(shares.work.begins.size());
  shares.work.owners.assign(part.begin(), b_begin);
  shares.b.owners.assign(b_begin, part.end());
  shares.work.merge();
  shares.b.merge();
  return shares;
}

RowShares shares_near_work(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                           const RowShares& work, unsigned cores) {
  RowShares shares;
  const std::vector<int64_t> asked = asked_entries(a, b);
  shares.begins = weighted_ranges(asked, cores * kRangesPerCore);
  const TrafficGraph graph = traffic_graph(a, b, work.begins, shares.begins, kEntryBytes);
  const int64_t total = std::accumulate(asked.begin(), asked.end(), int64_t{0}) * kEntryBytes;
  const auto most = static_cast<int64_t>(kMostAsked * static_cast<double>(total) / cores);
  std::vector<int64_t> served(cores, 0);
  for (size_t range = 0; range < shares.begins.size(); ++range) {
    const size_t vertex = work.begins.size() + range;
    std::vector<int64_t> by_core(cores, 0);
    for (size_t e = graph.first_edge[vertex]; e < graph.first_edge[vertex + 1]; ++e)
      by_core[work.owners[graph.edges[e].to]] += graph.edges[e].bytes;
    const int64_t bytes = graph.weights[vertex][TrafficGraph::kServed];
    // The core with room that asks most; where none has room, the one that is asked least.
    auto best = static_cast<size_t>(std::ranges::min_element(served) - served.begin());
    bool found = false;
    for (size_t core = 0; core < cores; ++core) {
      if (served[core] + bytes > most) continue;
      if (!found || by_core[core] > by_core[best]) best = core;
      found = true;
    }
    served[best] += bytes;
    shares.owners.push_back(static_cast<unsigned>(best));
  }
  shares.merge();
  return shares;
}

RowShares shares_by_work(const std::vector<int64_t>& row_flops, unsigned cores) {
  const double total =
      static_cast<double>(std::accumulate(row_flops.begin(), row_flops.end(), int64_t{0}));
  RowShares shares;
  double before = 0;
  for (size_t row = 0; row < row_flops.size(); ++row) {
    const double middle = before + 0.5 * static_cast<double>(row_flops[row]);
    const auto owner =
        total > 0 ? std::min(static_cast<unsigned>(middle / total * cores), cores - 1) : 0U;
    if (shares.empty() || owner != shares.owners.back()) {
      shares.begins.push_back(static_cast<int64_t>(row));
      shares.owners.push_back(owner);
    }
    before += static_cast<double>(row_flops[row]);
  }
  if (shares.empty()) shares = {{0}, {0}};
  return shares;
}

}  // namespace weft::mapper
