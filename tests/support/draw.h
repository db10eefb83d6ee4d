// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidcheck.h>

namespace weft::tests {

/// A number in [min, max), all equally likely. (RapidCheck draws small ones first unless told the
/// size.)
template <class Number = int>
Number draw(Number min, Number max) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(min, max));
}

/// A number in [min, max], all equally likely.
template <class Number = int>
Number draw_through(Number min, Number max) {
  return draw<Number>(min, max + 1);
}

}  // namespace weft::tests
