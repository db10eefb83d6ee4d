// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <climits>
#include <cmath>
#include <map>
#include <unordered_map>
#include <vector>

#include "kernels/native/cuda/device/verdict.cuh"

namespace weft_cuda {

struct HostCsr {
  int rows = 0, cols = 0;
  std::vector<int64_t> start = {0};
  std::vector<int> column;
  std::vector<double> value;
};

/// Entries by row and column; those that meet add up.
using Entries = std::map<std::pair<int, int>, double>;

inline HostCsr to_csr(int rows, int cols, const Entries& entries) {
  HostCsr csr;
  csr.rows = rows;
  csr.cols = cols;
  csr.start.assign(static_cast<size_t>(rows) + 1, 0);
  for (const auto& [at, value] : entries) {
    ++csr.start[at.first + 1];
    csr.column.push_back(at.second);
    csr.value.push_back(value);
  }
  for (int row = 0; row < rows; ++row) csr.start[row + 1] += csr.start[row];
  return csr;
}

/// A graph with a power law: every edge descends into a quarter of the matrix `scale` times (R-MAT;
/// Chakrabarti et al., SDM 2004).
inline HostCsr power_law(int scale, int edges) {
  Entries entries;
  for (int edge = 0; edge < edges; ++edge) {
    int row = 0, column = 0;
    for (int level = 0; level < scale; ++level) {
      const auto draw =
          static_cast<double>(mixed(5, static_cast<uint64_t>(edge) * 64 + level) >> 11) * 0x1p-53;
      row = 2 * row + (draw >= 0.76);
      column = 2 * column + ((draw >= 0.57 && draw < 0.76) || draw >= 0.95);
    }
    entries[{row, column}] += 1 + static_cast<double>(mixed(6, edge) % 7);
  }
  return to_csr(1 << scale, 1 << scale, entries);
}

/// Compares every entry of C with a host product, and counts the products.
inline Verdict verify(const HostCsr& a, const HostCsr& b, const HostCsr& c, double& products) {
  Verdict verdict;
  std::unordered_map<int, std::pair<double, double>> sums;  // column: sum, sum of magnitudes
  for (int row = 0; row < a.rows && verdict.passed; ++row) {
    sums.clear();
    for (int64_t i = a.start[row]; i < a.start[row + 1]; ++i) {
      for (int64_t j = b.start[a.column[i]]; j < b.start[a.column[i] + 1]; ++j) {
        const double product = a.value[i] * b.value[j];
        auto& [sum, magnitude] = sums[b.column[j]];
        sum += product;
        magnitude += std::abs(product);
        ++products;
      }
    }
    verdict.passed = c.start[row + 1] - c.start[row] == static_cast<int64_t>(sums.size());
    for (int64_t i = c.start[row]; i < c.start[row + 1] && verdict.passed; ++i) {
      const auto found = sums.find(c.column[i]);
      verdict.passed = found != sums.end() && (i == c.start[row] || c.column[i - 1] < c.column[i]);
      if (!verdict.passed) break;
      const double scale = std::max(found->second.second, 1e-300);
      const double error = std::abs(c.value[i] - found->second.first) / scale;
      verdict.max_rel_error = std::max(verdict.max_rel_error, error);
      verdict.passed = error <= 1e-12;
    }
    if (!verdict.passed) verdict.mismatch = "row " + std::to_string(row);
  }
  return verdict;
}

}  // namespace weft_cuda
