// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::native {

/// The three tensors of C += A B.
enum class Role { C, A, B };
inline constexpr Role kRoles[] = {Role::C, Role::A, Role::B};

/// A number for each tensor of a product.
struct PerRole {
  int64_t c = 0;
  int64_t a = 0;
  int64_t b = 0;

  int64_t& of(Role role) { return role == Role::C ? c : role == Role::A ? a : b; }
  int64_t of(Role role) const { return role == Role::C ? c : role == Role::A ? a : b; }
};

/// One index of a product, and how many elements apart its neighbours are in each tensor.
struct Axis {
  std::string index;  // empty: the product has no such index, and its extent is 1
  int64_t extent = 1;
  PerRole step;  // 0: not in the tensor's subscripts
};

/// A statement C[...] += A[...] * B[...] as a batch of matrix products: C and A have the rows m, C
/// and B the columns n, A and B are summed over k. The columns are the index whose neighbours lie
/// closer in C.
struct ProductForm {
  std::string c, a, b;  // the tensors
  Axis m, n, k;
  std::vector<PerRole> batch;  // where each product begins in its tensors; at least one
  bool structured_a = false;   // A is 2:4 along k

  const std::string& tensor(Role role) const {
    return role == Role::C ? c : role == Role::A ? a : b;
  }
  double multiply_adds() const {
    return static_cast<double>(m.extent) * static_cast<double>(n.extent) *
           static_cast<double>(k.extent) * static_cast<double>(batch.size());
  }
};

/// The form of a statement. UserError where it is none: more than one index for the rows, the
/// columns or the sum, operands that are not two tensors, or subscripts that are not affine.
ProductForm product_form(const ir::Kernel& kernel, const ir::Statement& statement);

/// The index of tokens of a chain: it chooses rows or columns in every statement, and no statement
/// sums over it, so that pieces of it go through the whole chain one after the other. Empty where
/// there is none.
std::string token_index(const std::vector<ProductForm>& chain);

}  // namespace weft::native
