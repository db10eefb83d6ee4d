// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "kernels/tensor/source.h"

namespace weft::cli {

/// A sparse matrix that meets dense operands in fp32, and room for the result.
struct MixedOperands {
  std::string sparse_name;  // the kernel's: A, or S of sddmm
  tensor::NamedMatrix sparse;
  std::vector<std::pair<std::string, std::string>> dense_sources;  // by tensor: left, right
  std::vector<float> left;                                         // X, x, or A of sddmm
  std::vector<float> right;                                        // B of sddmm
  std::vector<float> result;
  int64_t width = 1;  // columns of X, or the depth of sddmm

  double products() const;
  /// What every way of computing moves, with indices of four bytes: the entries, and the rows of
  /// dense operands and of the result that entries meet.
  double compulsory_bytes() const;
};

/// Loads the sparse operand of a kernel that mapper::row_kernel_of() knows as Spmm, Spmv or Sddmm,
/// and the dense ones, which are random where neither the user nor the document gives them, and
/// sets the kernel's sizes by them and by the user's "NAME=VALUE" list. `draws`: a random matrix
/// stands for one that is not given. UserError with every defect.
MixedOperands load_mixed_operands(ir::Kernel& kernel, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& params, bool draws,
                                  base::Diagnostics& diagnostics);

/// All of them as the "inputs" of a result name them. `kernel` has its sizes.
nlohmann::ordered_json mixed_inputs_json(const ir::Kernel& kernel, const MixedOperands& operands);

}  // namespace weft::cli
