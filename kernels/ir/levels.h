// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/ir/expression.h"
#include "kernels/ir/words.h"

namespace weft::ir {

/// One level of the storage of a tensor: which coordinate it stores, and how. A coordinate is an
/// expression of the dims, so that blocks and tiles need no level types of their own: `dense(i/16),
/// compressed(j/16), dense(i%16), dense(j%16)` is BSR.
struct Level {
  LevelType type = LevelType::Dense;
  Expression coordinate;
  /// affine: the coordinate equals this and takes no storage.
  std::optional<Expression> equals;
  /// nm: `keep` of every `group` are stored.
  int keep = 0;
  int group = 0;
  bool unordered = false;
  bool nonunique = false;
  /// Width of a stored coordinate, position or within-group index in bits; 0: the machine's
  /// default.
  int crd_bits = 0;
  int pos_bits = 0;
  int meta_bits = 0;
  /// singleton: coordinates per parent, 1 where not given (ELL has several).
  std::optional<Expression> slots;
  Origin where;

  bool operator==(const Level&) const = default;
  /// `nm(k%4, 2:4, meta=2b)`; parsing it gives an equal level.
  std::string text() const;
};

/// Parses one level; nothing after a defect. `tensor` is for messages.
std::optional<Level> parse_level(std::string_view text, const base::Location& where,
                                 std::string_view tensor, base::Diagnostics& diagnostics);

/// True where the text is a short name of a whole list of levels: csr, csc, coo, dcsr, bsr(16),
/// ell(8), 2:4, blockdiag(64).
bool is_short_format(std::string_view text);

/// The levels a short name stands for, in a tensor of these two dims.
std::vector<Level> expand_short_format(std::string_view text, const base::Location& where,
                                       std::string_view tensor, std::span<const std::string> dims,
                                       base::Diagnostics& diagnostics);

}  // namespace weft::ir
