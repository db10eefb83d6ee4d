// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"

namespace weft::cli::sweep {

/// A number, a text, or nothing: an undefined statistic.
using Value = std::variant<std::monostate, double, std::string>;

/// What a name in an expression stands for. UserError where there is no such name.
using Lookup = std::function<Value(const std::string& name)>;

/// A word of an expression.
struct Token {
  enum class Kind { Number, Text, Name, Sign, End };
  Kind kind = Kind::End;
  std::string text;
  double number = 0;
};

/// The words of an expression. UserError at a character that begins none.
std::vector<Token> tokens_of(const std::string& text);

/// Arithmetic over the values of a point: `time_s * energy_j.total`, `kernel == 'smash_v3' and
/// threads < 32`, `machine.core.spad.bytes / 1MiB`. Comparisons give 1 or 0; what is computed from
/// something undefined is undefined.
class Expression {
 public:
  Expression() = default;
  /// Reads an expression whole. UserError "expression 'TEXT': expected X, found Y".
  explicit Expression(std::string text, base::Location where = {});

  const std::string& text() const { return text_; }
  /// Where a document has it; line 0 where none does.
  const base::Location& where() const { return where_; }
  /// The names it uses, in order; one may come twice.
  std::vector<std::string> names() const;

  Value evaluate(const Lookup& lookup) const;
  /// NaN where undefined. UserError where it is a text.
  double number(const Lookup& lookup) const;
  /// True where it is a number other than zero.
  bool holds(const Lookup& lookup) const;

 private:
  std::string text_;
  base::Location where_;
  std::vector<Token> tokens_;
};

}  // namespace weft::cli::sweep
