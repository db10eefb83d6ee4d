// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/place/traffic_graph.h"

namespace weft::mapper {

/// Divides the vertices among `parts` parts of equal weight, so that few bytes are on edges between
/// parts: [vertex] its part. Parts that are near in number are near in traffic, since parts come
/// from halving the graph again and again. Deterministic.
///
/// Recursive bisection. A half begins as the vertices of the first rows, of A and of B alike, and
/// is improved by passes of Fiduccia and Mattheyses (A linear-time heuristic for improving network
/// partitions, DAC 1982): the vertex whose move saves most moves, where the weights allow it, until
/// each has moved once; then the moves after the best moment are taken back.
std::vector<unsigned> partition(const TrafficGraph& graph, unsigned parts);

/// Bytes on edges between vertices of different parts.
int64_t bytes_cut(const TrafficGraph& graph, const std::vector<unsigned>& part);

}  // namespace weft::mapper
