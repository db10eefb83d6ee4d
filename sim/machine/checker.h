// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "base/scalar.h"
#include "base/yaml.h"

namespace weft::machine {

/// Of positive values; 0 and less are none.
inline bool is_power_of_two(int64_t value) {
  return value > 0 && std::has_single_bit(static_cast<uint64_t>(value));
}

/// Reports conditions on values of a document by their paths.
class Checker {
 public:
  Checker(const base::YamlNode& document, base::Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  void require(bool condition, const std::string& path, const std::string& message) {
    if (!condition) base::report_at(document_, path, message, diagnostics_);
  }

  void require_power_of_two(int64_t value, const std::string& path) {
    require(is_power_of_two(value), path, fmt::format("expected a power of two, found {}", value));
  }

 private:
  const base::YamlNode& document_;
  base::Diagnostics& diagnostics_;
};

}  // namespace weft::machine
