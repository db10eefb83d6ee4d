// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::machine {

/// The kinds of machine, in the order of kind_words().
enum class Kind : int { Fabric };

/// How documents spell the kinds.
inline const std::vector<std::string>& kind_words() {
  static const std::vector<std::string> words = {"fabric"};
  return words;
}

}  // namespace weft::machine
