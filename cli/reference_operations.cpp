// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_operations.h"

#include <algorithm>

namespace weft::cli {

const std::vector<ReferenceOperation>& reference_operations() {
  static const std::string dense = "f64; else f32";
  static const std::vector<ReferenceOperation> all = {
      {"gemm", dense, "openblas, libxsmm"},
      {"bmm", dense, "openblas, libxsmm"},
      {"blockdiag", dense, "openblas, libxsmm"},
      {"monarch", dense, "openblas, libxsmm; also fused"},
      {"lowrank", dense, "openblas, libxsmm; also fused"},
      {"gemm24", dense, "weft 2:4; openblas, libxsmm as dense"},
      {"armor", dense, "weft 2:4 with openblas, libxsmm; these as dense; also fused"},
      {"spmm", "f32", "csr, graphblas"},
      {"spmv", "f32", "csr, graphblas"},
      {"sddmm", "f32", "csr"},
      {"spgemm", "f64", "hash, graphblas; rows sorted, unsorted"}};
  return all;
}

std::string reference_operation(const std::string& kernel) {
  // Layers in two launches compute what those in one do.
  if (kernel.ends_with("_two")) return reference_operation(kernel.substr(0, kernel.size() - 4));
  if (kernel.starts_with("spgemm") || kernel.starts_with("smash_v")) return "spgemm";
  const auto& all = reference_operations();
  const bool known = std::ranges::any_of(
      all, [&](const ReferenceOperation& operation) { return operation.name == kernel; });
  return known ? kernel : std::string{};
}

}  // namespace weft::cli
