// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/line_scanner.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace weft::tensor {

std::string quoted_for_message(std::string_view text) {
  constexpr size_t kLongest = 60;
  std::string shown(text.substr(0, kLongest));
  const auto unprintable = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
  std::replace_if(shown.begin(), shown.end(), unprintable, '?');
  return fmt::format("'{}{}'", shown, text.size() > kLongest ? "..." : "");
}

std::string LineScanner::next_word_for_message() {
  if (at_end()) return "the end of the line";
  const char* end = word_end(at_);
  // A control character that is no blank would make an empty word; show it instead.
  if (end == at_) ++end;
  return quoted_for_message({at_, static_cast<size_t>(end - at_)});
}

bool LineScanner::long_natural(int64_t& number) {
  const auto [end, status] = std::from_chars(at_, word_end(at_), number);
  if (status != std::errc{} || !ends_word(*end)) return false;
  at_ = end;
  return true;
}

/// std::from_chars refuses overflow and underflow alike; only overflow is wrong in a matrix.
bool LineScanner::extreme_real(const char* begin, const char* end, double& number) {
  const double nearest = std::strtod(std::string(begin, end).c_str(), nullptr);
  if (!ends_word(*end) || std::isinf(nearest)) return false;
  number = nearest;
  at_ = end;
  return true;
}

}  // namespace weft::tensor
