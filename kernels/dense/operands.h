// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/dense/dense_tensor.h"
#include "kernels/ir/kernel.h"

namespace weft::dense {

/// The tensors that a kernel reads and no statement writes, in the order of the document.
std::vector<const ir::Tensor*> operands_of(const ir::Kernel& kernel);

/// The tensors that statements write and none reads.
std::vector<const ir::Tensor*> results_of(const ir::Kernel& kernel);

/// A seeded operand: uniform in [-1, 1) and rounded to the dtype, integers from -8 to 7; 2:4
/// operands keep two of every four. The same name and shape give the same values everywhere.
DenseTensor random_operand(const ir::Kernel& kernel, const ir::Tensor& tensor);

/// Makes the values of a file those of a tensor of the kernel: rounded to its dtype. Reports a
/// shape that is not the tensor's, and a group of four with more than two nonzeros in a 2:4 one.
/// `source` begins the messages.
DenseTensor given_operand(const ir::Kernel& kernel, const ir::Tensor& tensor, DenseTensor values,
                          const std::string& source, base::Diagnostics& diagnostics);

}  // namespace weft::dense
