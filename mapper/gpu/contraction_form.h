// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// What an index of a contraction does: it chooses a product of the batch, a row of A and the
/// result, a column of B and the result, or is summed over.
enum class IndexRole : uint8_t { Batch, M, N, K };
inline constexpr size_t kIndexRoles = 4;

/// A statement C[...] += A[...] * B[...] whose subscripts are affine. Where one operand is 2:4, it
/// is A, whichever of the two the document names first.
struct ContractionForm {
  const ir::Statement* statement = nullptr;
  const ir::Expression* a = nullptr;  // accesses
  const ir::Expression* b = nullptr;
  const ir::Expression* c = nullptr;
  std::array<std::vector<std::string>, kIndexRoles> indices;  // [role] in the order they appear

  const std::vector<std::string>& of(IndexRole role) const {
    return indices[static_cast<size_t>(role)];
  }
  /// The role of an index of the statement.
  IndexRole role_of(std::string_view index) const;
};

/// Reads a statement as a contraction: indices of both operands and the result are batch, of A and
/// the result m, of B and the result n, of both operands alone k. Anything else is reported with
/// the statement's place.
std::optional<ContractionForm> contraction_form(const ir::Kernel& kernel,
                                                const ir::Statement& statement,
                                                base::Diagnostics& diagnostics);

/// The N:M level of a tensor, or nullptr.
const ir::Level* structured_level(const ir::Tensor& tensor);

}  // namespace weft::mapper
