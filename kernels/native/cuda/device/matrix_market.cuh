// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <sstream>

#include "kernels/native/cuda/device/run_hash_rows.cuh"
#include "kernels/native/cuda/device/host_support.cuh"

namespace weft_cuda {

/// Reads a Matrix Market file of coordinates: real, integer or pattern; general or symmetric.
inline HostCsr read_matrix_market(const char* file) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) fail(kNoDevice, std::string(file) + ": cannot read");
  const auto says = [&line](const char* word) { return line.find(word) != std::string::npos; };
  if (!says("%%MatrixMarket matrix coordinate") || says("complex") || says("skew") ||
      says("hermitian"))
    fail(kNoDevice, std::string(file) +
                        ":1: expected '%%MatrixMarket matrix coordinate', general or symmetric");
  const bool pattern = says("pattern"), symmetric = says("symmetric");
  while (std::getline(in, line) && (line.empty() || line[0] == '%')) {
  }
  long rows = 0, cols = 0, count = 0;
  std::istringstream(line) >> rows >> cols >> count;
  if (rows < 1 || cols < 1 || rows > INT_MAX || cols > INT_MAX)
    fail(kNoDevice, std::string(file) + ": expected ROWS COLUMNS ENTRIES");
  Entries entries;
  for (long i = 0; i < count; ++i) {
    long row = 0, column = 0;
    double value = 1;
    in >> row >> column;
    if (!pattern) in >> value;
    if (!in || row < 1 || row > rows || column < 1 || column > cols)
      fail(kNoDevice,
           std::string(file) + ": entry " + std::to_string(i + 1) + " is not in the matrix");
    entries[{static_cast<int>(row - 1), static_cast<int>(column - 1)}] += value;
    if (symmetric && row != column)
      entries[{static_cast<int>(column - 1), static_cast<int>(row - 1)}] += value;
  }
  return to_csr(static_cast<int>(rows), static_cast<int>(cols), entries);
}

}  // namespace weft_cuda
