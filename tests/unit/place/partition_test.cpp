// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/partition.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "kernels/tensor/generate.h"
#include "kernels/tensor/spgemm_count.h"
#include "mapper/place/bisect.h"
#include "mapper/place/traffic_graph.h"

namespace weft::mapper {
namespace {

using testing::Each;
using testing::Lt;

/// Entries of B that a core asks another core's memory for, of all that are asked for.
double remote_share(const tensor::CsrMatrix& a, const RowShares& work, const RowShares& b) {
  double all = 0, remote = 0;
  for (int64_t row = 0; row < a.rows; ++row) {
    for (int64_t e = a.row_start[static_cast<size_t>(row)];
         e < a.row_start[static_cast<size_t>(row) + 1]; ++e) {
      const int32_t k = a.column[static_cast<size_t>(e)];
      const auto length = static_cast<double>(a.row_nnz(k));
      all += length;
      if (work.owner_of(row) != b.owner_of(k)) remote += length;
    }
  }
  return remote / all;
}

std::vector<int64_t> work_of_cores(const RowShares& work, const std::vector<int64_t>& flops,
                                   unsigned cores) {
  std::vector<int64_t> products(cores, 0);
  for (size_t row = 0; row < flops.size(); ++row)
    products[work.owner_of(static_cast<int64_t>(row))] += flops[row];
  return products;
}

/// Two groups of rows that ask each other for nothing, in an order that hides them: even and odd.
tensor::CsrMatrix two_groups(int64_t rows) {
  tensor::CsrMatrix a;
  a.rows = a.cols = rows;
  a.row_start = {0};
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t k = row % 2; k < rows; k += 2) {
      a.column.push_back(static_cast<int32_t>(k));
      a.value.push_back(1);
    }
    a.row_start.push_back(static_cast<int64_t>(a.column.size()));
  }
  return a;
}

TEST(Partition, FindsGroupsThatTheOrderOfRowsHides) {
  const tensor::CsrMatrix a = two_groups(16);
  std::vector<int64_t> rows(16);
  std::iota(rows.begin(), rows.end(), int64_t{0});
  const TrafficGraph graph = traffic_graph(a, a, rows, rows, 12);
  EXPECT_EQ(bytes_cut(graph, partition(graph, 2)), 0);
}

TEST(Partition, OfABandLeavesLittleRemote) {
  const tensor::CsrMatrix a = tensor::generate("banded:n=2000,half_bandwidth=4,seed=1");
  const auto flops = tensor::products_per_row(a, a);
  const ProductShares shares = shares_by_traffic(a, a, flops, 8);
  EXPECT_LT(remote_share(a, shares.work, shares.b), 0.02);
  const RowShares equal = equal_shares(a.rows, 8);
  EXPECT_LT(remote_share(a, equal, shares_near_work(a, a, equal, 8)), 0.05);
}

TEST(Partition, NeverCutsMoreThanItBeganWithAndKeepsCoresEvenlyBusy) {
  EXPECT_TRUE(rc::check([] {
    const tensor::CsrMatrix a =
        tensor::generate(fmt::format("rmat:scale={},edges={},seed={}", *rc::gen::inRange(6, 9),
                                     *rc::gen::inRange(200, 3000), *rc::gen::inRange(1, 1000)));
    const auto flops = tensor::products_per_row(a, a);
    const unsigned cores = *rc::gen::element(2U, 3U, 8U);
    const ProductShares shares = shares_by_traffic(a, a, flops, cores);
    const std::vector<int64_t> products = work_of_cores(shares.work, flops, cores);
    const int64_t total = std::accumulate(flops.begin(), flops.end(), int64_t{0});
    const int64_t heaviest = *std::ranges::max_element(flops);
    RC_ASSERT(std::accumulate(products.begin(), products.end(), int64_t{0}) == total);
    // A half is 3 % and half a range heavier at most, a level after the other.
    const double most = 1.1 * static_cast<double>(total) / cores +
                        2.0 * static_cast<double>(heaviest) +
                        static_cast<double>(total) / (4 * cores);
    RC_ASSERT(static_cast<double>(*std::ranges::max_element(products)) <= most);
    RC_ASSERT(remote_share(a, shares.work, shares.b) <= 1.0);
    const RowShares by_work = shares_by_work(flops, cores);
    const std::vector<int64_t> even = work_of_cores(by_work, flops, cores);
    RC_ASSERT(*std::ranges::max_element(even) <= total / cores + heaviest + 1);
  }));
}

TEST(Partition, IsTheSameAgain) {
  const tensor::CsrMatrix a = tensor::generate("rmat:scale=8,edges=2000,seed=1");
  const auto flops = tensor::products_per_row(a, a);
  const ProductShares first = shares_by_traffic(a, a, flops, 8);
  const ProductShares second = shares_by_traffic(a, a, flops, 8);
  EXPECT_EQ(first.work.owners, second.work.owners);
  EXPECT_EQ(first.b.begins, second.b.begins);
  EXPECT_THAT(first.work.owners, Each(Lt(8U)));
}

TEST(Traffic, GraphHasEveryByteTwiceAndEveryProductOnce) {
  const tensor::CsrMatrix a = tensor::generate("rmat:scale=7,edges=900,seed=1");
  const TrafficGraph graph = traffic_graph(a, a, {0, 30, 64}, {0, 64, 100}, 12);
  int64_t bytes = 0, work = 0;
  for (const TrafficGraph::Edge& edge : graph.edges) bytes += edge.bytes;
  for (const auto& weight : graph.weights) work += weight[TrafficGraph::kWork];
  EXPECT_EQ(work, tensor::count_products(a, a));
  EXPECT_EQ(bytes, 2 * 12 * work);
}

}  // namespace
}  // namespace weft::mapper
