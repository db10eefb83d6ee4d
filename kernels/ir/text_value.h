// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernels/ir/expression.h"
#include "kernels/ir/words.h"

namespace weft::ir {

/// A value that a document writes as one scalar in a small language of its own. `parse` reports
/// defects with their column and then answers nothing; `text` is its inverse; `kSyntax` describes
/// it to users.
template <class T>
concept TextValue = requires(const T& value, base::Diagnostics& diagnostics) {
  { value.text() } -> std::same_as<std::string>;
  { T::parse(std::string_view(), base::Location(), diagnostics) } -> std::same_as<std::optional<T>>;
  { T::kSyntax } -> std::convertible_to<std::string_view>;
};

/// An expression that stands alone: a tile size, a weight, an extent.
struct Formula {
  static constexpr std::string_view kSyntax = "an expression, such as 64, Bs or nnz(A)/threads";
  Expression expression;

  static std::optional<Formula> parse(std::string_view text, const base::Location& where,
                                      base::Diagnostics& diagnostics);
  std::string text() const { return expression.text(); }
  bool operator==(const Formula&) const = default;
};

/// How partial results come together: `tree`, `shuffle`, `split_k(4)`.
struct Reduction {
  static constexpr std::string_view kSyntax = "serial, tree, shuffle, atomic or split_k(PARTS)";
  ReduceKind kind = ReduceKind::Serial;
  int64_t parts = 1;  ///< of split_k

  static std::optional<Reduction> parse(std::string_view text, const base::Location& where,
                                        base::Diagnostics& diagnostics);
  std::string text() const;
  bool operator==(const Reduction&) const = default;
};

/// Where lanes swap elements: `shuffle`, or `shuffle if 2**st < 32 else smem`.
struct Exchange {
  static constexpr std::string_view kSyntax =
      "VIA, or VIA if CONDITION else VIA, with VIA shuffle, smem, spad or dram";
  ExchangeVia via = ExchangeVia::Shuffle;
  std::optional<Expression> condition;
  ExchangeVia otherwise =
      ExchangeVia::Shuffle;  ///< where there is a condition and it does not hold

  static std::optional<Exchange> parse(std::string_view text, const base::Location& where,
                                       base::Diagnostics& diagnostics);
  std::string text() const;
  bool operator==(const Exchange&) const = default;
};

/// A number of bytes with its unit: `64B`, `96KiB`.
struct Bytes {
  static constexpr std::string_view kSyntax = "a size with its unit, such as 96KiB";
  int64_t bytes = 0;

  static std::optional<Bytes> parse(std::string_view text, const base::Location& where,
                                    base::Diagnostics& diagnostics);
  std::string text() const;
  bool operator==(const Bytes&) const = default;
};

/// How a tensor is spread over the memories of a machine.
struct Placement {
  enum class Kind { Interleave, Block, Near, Copy };

  static constexpr std::string_view kSyntax =
      "interleave(BYTES), block(INDEX), near(INDEX) or copy";
  Kind kind = Kind::Interleave;
  Bytes pieces;       ///< of interleave: what stays together, turn by turn
  std::string index;  ///< of block, ranges in order, and near, ranges where they are asked for
  Origin where;

  bool by_index() const { return kind == Kind::Block || kind == Kind::Near; }
  static std::optional<Placement> parse(std::string_view text, const base::Location& where,
                                        base::Diagnostics& diagnostics);
  std::string text() const;
  bool operator==(const Placement&) const = default;
};

}  // namespace weft::ir
