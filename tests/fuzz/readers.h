// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace weft::tests {

/// A reader of untrusted bytes. It must end, and may throw base::UserError alone.
struct FuzzedReader {
  std::string_view name;  // of its target and of its folder in the corpus
  void (*read)(std::string_view bytes);
};

/// Every reader of files that users bring along.
std::span<const FuzzedReader> fuzzed_readers();

/// The reader of this name; there must be one.
const FuzzedReader& fuzzed_reader(std::string_view name);

}  // namespace weft::tests
