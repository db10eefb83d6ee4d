// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/tensor/csr.h"

namespace weft::mapper {

/// An undirected graph whose vertices have two weights, both of which a partition balances, and
/// whose edges have one, of which it cuts as little as it can. Neighbours lie in compressed rows.
struct TrafficGraph {
  static constexpr size_t kWork = 0;    // products that the vertex computes
  static constexpr size_t kServed = 1;  // bytes that its memory is asked for

  struct Edge {
    uint32_t to;
    int64_t bytes;
  };

  std::vector<std::array<int64_t, 2>> weights;  // [vertex]
  std::vector<size_t> first_edge;               // [vertex + 1]
  std::vector<Edge> edges;

  size_t vertices() const { return weights.size(); }
};

/// The traffic of C = A * B by rows: a vertex for every range of rows of A, whose work are its
/// products, then one for every range of rows of B, whose memory is asked for them; an edge where
/// a range of A has entries in columns that are rows of a range of B. `a_begins`, `b_begins`: first
/// rows of the ranges. `entry_bytes`: of an entry of B.
TrafficGraph traffic_graph(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                           const std::vector<int64_t>& a_begins,
                           const std::vector<int64_t>& b_begins, int64_t entry_bytes);

}  // namespace weft::mapper
