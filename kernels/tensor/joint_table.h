// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

namespace weft::tensor {

/// A joint-degree matrix: how many edges lead from nodes of an out-degree to nodes of an in-degree,
/// and how many nodes that leaves for every degree but 0.
struct JointTable {
  std::vector<int64_t> out_degree;          // [out class], rising
  std::vector<int64_t> in_degree;           // [in class], rising
  std::vector<int64_t> out_nodes;           // [out class]
  std::vector<int64_t> in_nodes;            // [in class]
  std::vector<std::vector<int64_t>> edges;  // [out class][in class]

  int64_t all_edges() const;
  int64_t all_out_nodes() const;
  int64_t all_in_nodes() const;
};

/// Edges by (out-degree of the source, in-degree of the target), both at least 1.
using JointEdges = std::map<std::pair<int64_t, int64_t>, int64_t>;

/// Reads a table with columns out_degree, in_degree and edges where the name ends in ".csv", and
/// else a Matrix Market file whose entry (i, j) is the number of edges from out-degree i to
/// in-degree j. Throws base::UserError.
JointEdges read_joint_edges(const std::filesystem::path& file);

/// Works out the nodes and checks what a graph without repeated edges needs: edges from out-degree
/// k are a multiple of k, those to in-degree k too, and no cell has more edges than pairs of nodes.
/// Throws base::UserError with every condition that fails, each beginning with `name`.
JointTable joint_table(const JointEdges& edges, const std::string& name);

}  // namespace weft::tensor
