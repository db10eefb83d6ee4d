// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/linear_access.h"

namespace weft::dense {

LinearAccess linear_access(const ir::Kernel& kernel, const ir::Expression& access,
                           const std::vector<std::string>& indices) {
  const ir::Tensor* tensor = kernel.find_tensor(access.name);
  WEFT_CHECK(tensor != nullptr, "an access to a tensor that the kernel does not have");
  const std::vector<int64_t> shape = kernel.shape(*tensor);
  // The place of the element where one index is 1 and the others are 0.
  const auto place = [&](size_t raised) {
    ir::Bindings bindings = kernel.bindings();
    for (size_t i = 0; i < indices.size(); ++i) bindings.bind(indices[i], i == raised ? 1 : 0);
    int64_t at = 0;
    for (size_t dim = 0; dim < shape.size(); ++dim) {
      const auto subscript = ir::evaluate_point(access.operands[dim], bindings);
      WEFT_CHECK(subscript.has_value(), "a subscript that is not affine");
      at = at * shape[dim] + *subscript;
    }
    return at;
  };
  LinearAccess linear;
  linear.base = place(indices.size());
  for (size_t i = 0; i < indices.size(); ++i) linear.strides.push_back(place(i) - linear.base);
  return linear;
}

}  // namespace weft::dense
