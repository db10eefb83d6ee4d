// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/ir/expression.h"

namespace weft::ir {

/// A word of the text inside one scalar of a document.
struct Token {
  enum class Kind { Number, Name, Symbol, End };

  Kind kind = Kind::End;
  std::string text = {};
  double value = 0;         ///< of a number
  std::string suffix = {};  ///< letters that follow a number at once: the "b" of "16b"
  size_t offset = 0;        ///< from the start of the text
};

/// Reads the small languages inside scalars: statements, level expressions, tile sizes. A
/// recursive-descent parser over the tokens of one text. Only the first defect of a text is
/// reported, with its exact column; after it every method answers quickly and `failed()` is true.
class TextParser {
 public:
  /// `where` is the place of the first character of `text`.
  TextParser(std::string_view text, const base::Location& where, base::Diagnostics& diagnostics);

  const Token& peek(size_t ahead = 0) const;
  Token take();
  /// Takes the symbol if it comes next.
  bool accept(std::string_view symbol);
  /// Takes the name if it comes next.
  bool accept_name(std::string_view name);
  /// Takes the symbol or reports that it is missing.
  bool expect(std::string_view symbol);
  /// Takes any name, or reports that `what` is missing; empty then.
  std::string expect_name(std::string_view what);
  /// Reports what follows the end of a complete text.
  void expect_end();

  /// Comparisons, then sums, products, signs and powers. Precedence as in Python.
  Expression expression();

  /// A name with its brackets, a number, or anything in parentheses.
  Expression atom();

  bool failed() const { return failed_; }
  /// Reports "expected WHAT, found the next token".
  void fail(std::string_view what);
  /// Reports `message` at a token.
  void fail_at(const Token& token, std::string_view message);
  Origin place(const Token& token) const;

 private:
  Expression sum();
  Expression product();
  Expression sign();
  Expression power();
  std::vector<Expression> list_until(std::string_view closing);

  base::Location where_;
  base::Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

/// Parses a text that is one expression and nothing else; sets `failed` on a defect.
Expression parse_expression(std::string_view text, const base::Location& where,
                            base::Diagnostics& diagnostics, bool& failed);

}  // namespace weft::ir
