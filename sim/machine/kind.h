// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weft::machine {

/// The kinds of machine, in the order of kind_words().
enum class Kind : int { Fabric, Gpu };

/// How documents spell the kinds.
inline const std::vector<std::string>& kind_words() {
  static const std::vector<std::string> words = {"fabric", "gpu"};
  return words;
}

/// How documents spell one kind.
inline const std::string& word_of(Kind kind) {
  return kind_words()[static_cast<size_t>(kind)];
}

}  // namespace weft::machine
