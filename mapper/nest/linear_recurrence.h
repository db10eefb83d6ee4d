// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/ir/expression.h"

namespace weft::mapper {

/// A name, two expressions under an operator, an element of a tensor.
ir::Expression name_of(const std::string& name);
ir::Expression join(ir::Expression::Kind kind, ir::Expression left, ir::Expression right);
ir::Expression element(const std::string& tensor, std::vector<ir::Expression> subscripts);

/// The expression with `change` applied to every part, outside in; a part that it gives something
/// for is replaced as a whole.
template <class Change>
ir::Expression replaced(const ir::Expression& e, const Change& change) {
  if (std::optional<ir::Expression> other = change(e)) return *other;
  ir::Expression result = e;
  for (ir::Expression& operand : result.operands) operand = replaced(operand, change);
  return result;
}

/// How far a subscript is ahead of a repeated index: 0 for `t`, 1 for `t+1`, else nothing.
std::optional<int> steps_ahead(const ir::Expression& subscript, const std::string& index);

/// The terms of a value that hold the tensor `state` as a factor, as a sum: P h of P h + Q. Nothing
/// where a term holds it in another way; the number 0 where none does.
std::optional<ir::Expression> state_terms(const ir::Expression& value, const std::string& state);

}  // namespace weft::mapper
