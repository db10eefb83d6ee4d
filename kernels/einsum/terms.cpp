// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/terms.h"

namespace weft::einsum {

using Kind = ir::Expression::Kind;

namespace {

void append(std::vector<ProductTerm>& to, std::vector<ProductTerm> from, double factor) {
  for (ProductTerm& term : from) {
    term.coefficient *= factor;
    to.push_back(std::move(term));
  }
}

ProductTerm joined(const ProductTerm& a, const ProductTerm& b) {
  ProductTerm product = a;
  product.coefficient *= b.coefficient;
  product.factors.insert(product.factors.end(), b.factors.begin(), b.factors.end());
  product.divisors.insert(product.divisors.end(), b.divisors.begin(), b.divisors.end());
  return product;
}

}  // namespace

std::vector<ProductTerm> expand(const ir::Kernel& kernel, const ir::Expression& value) {
  switch (value.kind) {
    case Kind::Number:
      return {{value.number, {}, {}}};
    case Kind::Name: {
      const ir::Param* param = kernel.find_param(value.name);
      if (param != nullptr) return {{static_cast<double>(param->value), {}, {}}};
      return {{1, {&value}, {}}};
    }
    case Kind::Add:
    case Kind::Subtract: {
      std::vector<ProductTerm> sum = expand(kernel, value.operands[0]);
      append(sum, expand(kernel, value.operands[1]), value.kind == Kind::Add ? 1 : -1);
      return sum;
    }
    case Kind::Negate: {
      std::vector<ProductTerm> sum;
      append(sum, expand(kernel, value.operands[0]), -1);
      return sum;
    }
    case Kind::Multiply: {
      std::vector<ProductTerm> product;
      const std::vector<ProductTerm> right = expand(kernel, value.operands[1]);
      for (const ProductTerm& a : expand(kernel, value.operands[0])) {
        for (const ProductTerm& b : right) product.push_back(joined(a, b));
      }
      return product;
    }
    case Kind::Divide: {
      std::vector<ProductTerm> quotient = expand(kernel, value.operands[0]);
      for (ProductTerm& term : quotient) term.divisors.push_back(&value.operands[1]);
      return quotient;
    }
    default:
      return {{1, {&value}, {}}};
  }
}

}  // namespace weft::einsum
