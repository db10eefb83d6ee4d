// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/joint_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/csv_row.h"
#include "base/error.h"
#include "kernels/tensor/generator_families.h"
#include "kernels/tensor/matrix_market.h"

namespace weft::tensor {

namespace {

constexpr auto kMostEdges = static_cast<int64_t>(kMostGenerated);

int64_t sum_of(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

JointEdges read_joint_csv(const std::filesystem::path& file) {
  const std::array<std::string, 3> columns = {"out_degree", "in_degree", "edges"};
  base::Diagnostics diagnostics;
  const base::CsvTable table = base::read_csv_file(file, diagnostics);
  JointEdges edges;
  if (table.require(columns, diagnostics)) {
    for (size_t place = 0; place < table.rows().size(); ++place) {
      const base::CsvRow row(table, place, diagnostics);
      const std::pair degrees(row.integer("out_degree", 1, kMostEdges),
                              row.integer("in_degree", 1, kMostEdges));
      const int64_t count = row.integer("edges", 0, kMostEdges);
      if (!edges.try_emplace(degrees, count).second)
        row.report("out_degree", "these two degrees have a row already");
    }
  }
  diagnostics.throw_if_any();
  return edges;
}

JointEdges read_joint_matrix(const std::filesystem::path& file) {
  const CsrMatrix matrix = read_matrix_market(file);
  base::Diagnostics diagnostics;
  JointEdges edges;
  for (int64_t row = 0; row < matrix.rows; ++row) {
    for (int64_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
      const double count = matrix.value[at];
      const int64_t column = matrix.column[at];
      if (count >= 0 && count <= kMostGenerated && count == std::floor(count)) {
        edges[{row + 1, column + 1}] = static_cast<int64_t>(count);
        continue;
      }
      diagnostics.error({file.string(), 0, 0},
                        fmt::format("entry ({}, {}): expected a whole number of edges, found {}",
                                    row + 1, column + 1, count));
    }
  }
  diagnostics.throw_if_any();
  return edges;
}

/// The nodes of every class of one side, from the edges that end there.
std::vector<int64_t> nodes_of(const std::vector<int64_t>& degree, const std::vector<int64_t>& ends,
                              const char* side, const base::Location& where,
                              base::Diagnostics& diagnostics) {
  std::vector<int64_t> nodes(degree.size());
  for (size_t i = 0; i < degree.size(); ++i) {
    nodes[i] = ends[i] / degree[i];
    if (ends[i] % degree[i] == 0) continue;
    diagnostics.error(where, fmt::format("{}-degree {}: expected a multiple of {} edges, found {}",
                                         side, degree[i], degree[i], ends[i]));
  }
  return nodes;
}

size_t place_in(const std::vector<int64_t>& degrees, int64_t degree) {
  return static_cast<size_t>(std::ranges::lower_bound(degrees, degree) - degrees.begin());
}

JointTable classes_of(const JointEdges& edges) {
  std::set<int64_t> out, in;
  for (const auto& [degrees, count] : edges) {
    if (count == 0) continue;
    out.insert(degrees.first);
    in.insert(degrees.second);
  }
  JointTable table;
  table.out_degree.assign(out.begin(), out.end());
  table.in_degree.assign(in.begin(), in.end());
  const auto rows = static_cast<int64_t>(out.size()), columns = static_cast<int64_t>(in.size());
  require_memory("directed", rows, columns, rows * columns);
  table.edges.assign(out.size(), std::vector<int64_t>(in.size(), 0));
  for (const auto& [degrees, count] : edges) {
    if (count > 0)
      table.edges[place_in(table.out_degree, degrees.first)]
                 [place_in(table.in_degree, degrees.second)] = count;
  }
  return table;
}

}  // namespace

int64_t JointTable::all_edges() const {
  int64_t sum = 0;
  for (const std::vector<int64_t>& row : edges) sum += sum_of(row);
  return sum;
}

int64_t JointTable::all_out_nodes() const {
  return sum_of(out_nodes);
}
int64_t JointTable::all_in_nodes() const {
  return sum_of(in_nodes);
}

JointEdges read_joint_edges(const std::filesystem::path& file) {
  return file.extension() == ".csv" ? read_joint_csv(file) : read_joint_matrix(file);
}

JointTable joint_table(const JointEdges& edges, const std::string& name) {
  JointTable table = classes_of(edges);
  const base::Location where{name, 0, 0};
  base::Diagnostics diagnostics;
  std::vector<int64_t> out_ends, in_ends(table.in_degree.size(), 0);
  for (const std::vector<int64_t>& row : table.edges) {
    out_ends.push_back(sum_of(row));
    for (size_t in = 0; in < row.size(); ++in) in_ends[in] += row[in];
  }
  const int64_t all = sum_of(out_ends);
  if (all < 1 || all > kMostEdges)
    diagnostics.error(where, fmt::format("expected 1 to {} edges, found {}", kMostEdges, all));
  table.out_nodes = nodes_of(table.out_degree, out_ends, "out", where, diagnostics);
  table.in_nodes = nodes_of(table.in_degree, in_ends, "in", where, diagnostics);
  diagnostics.throw_if_any();
  for (size_t out = 0; out < table.out_degree.size(); ++out) {
    for (size_t in = 0; in < table.in_degree.size(); ++in) {
      const int64_t pairs = table.out_nodes[out] * table.in_nodes[in];
      if (table.edges[out][in] <= pairs) continue;
      diagnostics.error(
          where, fmt::format("out-degree {}, in-degree {}: expected at most {} edges, as there are "
                             "pairs of their {} and {} nodes, found {}",
                             table.out_degree[out], table.in_degree[in], pairs,
                             table.out_nodes[out], table.in_nodes[in], table.edges[out][in]));
    }
  }
  diagnostics.throw_if_any();
  return table;
}

}  // namespace weft::tensor
