// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <rapidcheck.h>

#include "mapper/search/bounds.h"

namespace weft::tests {

/// A random mapping that meets the constraints, decision by decision; nothing where the first
/// decisions of all tries left nothing possible.
inline std::optional<mapper::Point> arbitrary_mapping(const mapper::Mapspace& space,
                                                      const mapper::Bounds& bounds) {
  constexpr int kTries = 20;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    mapper::Point point;
    bool stuck = false;
    while (!stuck && point.size() < space.decisions().size()) {
      const size_t values = space.decisions()[point.size()].values.size();
      const auto begin = *rc::gen::resize(100, rc::gen::inRange<size_t>(0, values));
      point.push_back(0);
      stuck = true;
      for (size_t turn = 0; stuck && turn < values; ++turn) {
        point.back() = static_cast<uint16_t>((begin + turn) % values);
        stuck = bounds.broken(point, point.size()).has_value();
      }
    }
    if (!stuck) return point;
  }
  return std::nullopt;
}

}  // namespace weft::tests
