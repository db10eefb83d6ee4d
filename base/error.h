// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weft::base {

/// A place in an input file. Lines and columns count from 1; line 0 means "the file as a whole",
/// and an empty file name means a value that came from the command line.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:col", or "file" where no line is known.
  std::string str() const;
};

/// Somebody can fix an input. Carries one message per defect found, each complete with its place.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& message);
  explicit UserError(std::vector<std::string> messages);

  const std::vector<std::string>& messages() const { return messages_; }

 private:
  std::vector<std::string> messages_;
};

/// Somebody must fix the program: an invariant of Weft's own does not hold.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Collects the defects of an input so that all of them are reported at once.
class Diagnostics {
 public:
  /// Records "place: message"; the message names the path, what was expected and what was found.
  void error(const Location& where, std::string_view message);

  bool empty() const { return messages_.empty(); }
  const std::vector<std::string>& messages() const { return messages_; }

  /// Throws one UserError with every recorded message, in the order of recording.
  void throw_if_any() const;

 private:
  std::vector<std::string> messages_;
};

/// The candidate nearest to `word` by edit distance as "; did you mean 'candidate'?", or an empty
/// string where none is near. One-letter words get no suggestion.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// Throws the InternalError of a condition that should have held at `file:line`: what WEFT_CHECK
/// calls.
[[noreturn]] void internal_failure(const char* file, int line, const std::string& message);

}  // namespace weft::base

/// States an invariant that no input can break; stays on in release builds.
#define WEFT_CHECK(condition, message) \
  ((condition) ? void() : ::weft::base::internal_failure(__FILE__, __LINE__, (message)))
