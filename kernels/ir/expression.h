// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/ir/report.h"

namespace weft::ir {

/// An expression of the kernel language, as a tree of values. The same form serves index
/// expressions
/// (`(g*2+u)*2**st + v`), extents (`Di/Bs`), the right side of a statement (`A[m,k] * B[k,n]`),
/// tile sizes
/// (`nnz(A)/threads`) and conditions (`2**st < 32`).
struct Expression {
  enum class Kind {
    Number,  ///< `number`
    Name,    ///< a parameter, an index, or a quantity of the machine
    Access,  ///< `name[operands...]`: an element of a tensor; inside an index expression, a gather
    Call,    ///< `name(operands...)`: a property of tensors, such as nnz(A)
    Add,
    Subtract,
    Multiply,
    Divide,  ///< between indices: rounds down
    Modulo,
    Power,
    Negate,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
  };

  Kind kind = Kind::Number;
  double number = 0;
  std::string name;
  std::vector<Expression> operands;
  Origin where;

  bool operator==(const Expression&) const = default;

  /// The expression in the syntax of the language, with no parentheses but the needed ones; parsing
  /// it gives an equal expression.
  std::string text() const;
};

/// A number as an expression.
Expression number_expression(double value);

/// Calls `visit` with the expression and everything below it, outside in, left to right.
template <class Visit>
void for_each_expression(const Expression& expression, Visit&& visit) {
  visit(expression);
  for (const Expression& operand : expression.operands) for_each_expression(operand, visit);
}

}  // namespace weft::ir
