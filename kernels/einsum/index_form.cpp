// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/index_form.h"

#include <cmath>

#include "base/error.h"

namespace weft::einsum {

using program::Form;
using Kind = ir::Expression::Kind;

Form index_form(const ir::Kernel& kernel, const ir::Expression& expression, const Names& names,
                program::FormSpace& space) {
  const auto operand = [&](size_t i) {
    return index_form(kernel, expression.operands[i], names, space);
  };
  switch (expression.kind) {
    case Kind::Number:
      return program::constant_form(std::llround(expression.number));
    case Kind::Name: {
      const auto found = names.forms.find(expression.name);
      if (found != names.forms.end()) return found->second;
      const ir::Param* param = kernel.find_param(expression.name);
      WEFT_CHECK(param != nullptr, "a name of an index expression that stands for nothing");
      return program::constant_form(param->value);
    }
    case Kind::Access:
      WEFT_CHECK(names.gather != nullptr, "a gather where none can stand");
      return names.gather(expression);
    case Kind::Negate:
      return program::scaled(operand(0), -1);
    case Kind::Add:
      return operand(0) + operand(1);
    case Kind::Subtract:
      return operand(0) - operand(1);
    case Kind::Multiply:
      return space.product(operand(0), operand(1));
    case Kind::Divide:
      return space.quotient(operand(0), operand(1));
    case Kind::Modulo:
      return space.remainder(operand(0), operand(1));
    case Kind::Power:
      return space.power(operand(0), operand(1));
    default:
      base::internal_failure(__FILE__, __LINE__, "an index expression of another kind");
  }
}

std::vector<Form> subscript_forms(const ir::Kernel& kernel, const ir::Expression& access,
                                  const Names& names, program::FormSpace& space) {
  std::vector<Form> forms;
  for (const ir::Expression& subscript : access.operands)
    forms.push_back(index_form(kernel, subscript, names, space));
  return forms;
}

Form gathered_form(const Operand& array, int32_t id, const std::vector<Form>& subscripts,
                   program::FormSpace& space) {
  space.set_array(id, array.values.data());
  Form position;
  for (size_t dim = 0; dim < subscripts.size(); ++dim)
    position = program::scaled(position, array.shape[dim]) + subscripts[dim];
  return space.gather(id, position, {0, INT32_MAX});
}

}  // namespace weft::einsum
