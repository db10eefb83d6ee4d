// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "kernels/einsum/evaluate.h"

namespace weft::einsum {

namespace {

bool reads(const ir::Kernel& kernel, const ir::Statement& statement, const std::string& tensor) {
  return std::ranges::count(kernel.inputs_of(statement), tensor) > 0;
}

}  // namespace

std::vector<const ir::Tensor*> initial_tensors(const ir::Kernel& kernel) {
  std::vector<const ir::Tensor*> initial;
  for (const ir::Tensor& tensor : kernel.tensors) {
    bool pattern = std::ranges::any_of(kernel.tensors, [&](const ir::Tensor& other) {
      return other.pattern && other.pattern->text == tensor.name;
    });
    for (const ir::Statement& statement : kernel.statements) {
      if (reads(kernel, statement, tensor.name)) pattern = true;
      if (pattern || statement.target.name == tensor.name) break;
    }
    if (pattern) initial.push_back(&tensor);
  }
  return initial;
}

std::vector<const ir::Tensor*> result_tensors(const ir::Kernel& kernel) {
  std::vector<const ir::Tensor*> results;
  for (const ir::Tensor& tensor : kernel.tensors) {
    bool written = false;
    bool read_later = false;
    for (const ir::Statement& statement : kernel.statements) {
      const bool recurs = kernel.repeat_of(statement.name) != nullptr;
      if (reads(kernel, statement, tensor.name) && !recurs) read_later = written;
      written |= statement.target.name == tensor.name;
    }
    if (written && !read_later) results.push_back(&tensor);
  }
  return results;
}

}  // namespace weft::einsum
