// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernels/dense/dense_tensor.h"
#include "kernels/ir/kernel.h"
#include "kernels/tensor/csr.h"

namespace weft::einsum {

/// The values of a tensor apart from how it is stored: all elements of a full one in row-major
/// order, the stored ones of a sparse one with their coordinates. Elements that are not stored are
/// zero.
struct Operand {
  std::vector<int64_t> shape;
  bool full = true;
  std::vector<int64_t> coordinates;  // [entry][dim] of a sparse one, row-major order, none twice
  std::vector<double> values;        // [element] or [entry]

  size_t rank() const { return shape.size(); }
  int64_t entries() const { return static_cast<int64_t>(values.size()); }
  const int64_t* coordinate(int64_t entry) const {
    return coordinates.data() + entry * static_cast<int64_t>(rank());
  }
  /// The row-major place of a coordinate.
  int64_t place(const int64_t* coordinate) const;
};

using Operands = std::map<std::string, Operand>;

/// Whether a tensor keeps every element: all its levels are dense, or a live copy of dense ones.
bool is_full(const ir::Tensor& tensor);

/// A sparse operand from a matrix by rows.
Operand sparse_operand(const tensor::CsrMatrix& matrix);
/// A full operand.
Operand full_operand(dense::DenseTensor tensor);
/// A full operand of zeros.
Operand zero_operand(std::vector<int64_t> shape);
/// Sorts entries into row-major order and adds up those with equal coordinates.
void sort_entries(Operand& operand);
/// The elements of a full operand that are not zero, as a sparse one; a sparse one as it is.
Operand as_sparse(Operand operand);

/// Random values of a tensor, the same for the same name and shape everywhere. What is stored
/// follows from the levels: all elements of dense ones; of N:M levels N in every group; blocks of
/// block levels as wholes; of compressed ones about `per_fiber` coordinates in each.
Operand random_operand(const ir::Kernel& kernel, const ir::Tensor& tensor, double per_fiber = 8);

}  // namespace weft::einsum
