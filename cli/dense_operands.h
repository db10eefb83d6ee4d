// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "kernels/dense/dense_tensor.h"
#include "kernels/ir/kernel.h"

namespace weft::cli {

/// A dense tensor that the user gave.
struct GivenOperand {
  std::string source;
  dense::DenseTensor values;
};
using GivenOperands = std::map<std::string, GivenOperand>;

/// The operands that `-i NAME=SOURCE` or the document gives; names are those of the kernel's
/// operands. UserError.
GivenOperands read_dense_operands(const ir::Kernel& kernel, const std::vector<std::string>& inputs);

/// Their shapes by name.
std::map<std::string, std::vector<int64_t>> shapes_of(const GivenOperands& given);

/// The values of all operands: those given, which are moved from, and seeded random ones.
dense::TensorValues make_dense_operands(const ir::Kernel& kernel, GivenOperands& given,
                                        base::Diagnostics& diagnostics);

/// An operand as the "inputs" of a result name it. A tensor of any rank counts as a matrix: its
/// last dim are the columns.
nlohmann::ordered_json dense_input_json(const ir::Kernel& kernel, const ir::Tensor& tensor,
                                        const std::string& source);

/// All of them.
nlohmann::ordered_json dense_inputs_json(const ir::Kernel& kernel, const GivenOperands& given);

/// Elements that a tensor has as a dense array; a double, since they may be more than an int64_t
/// holds.
double elements_of(const ir::Kernel& kernel, const ir::Tensor& tensor);

/// Stored elements over all: half of a 2:4 tensor.
double kept_share(const ir::Tensor& tensor);

/// Bytes of the stored elements, with the positions of a 2:4 tensor.
double stored_bytes(const ir::Kernel& kernel, const ir::Tensor& tensor);

}  // namespace weft::cli
