// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/sweep/outcome.h"

namespace weft::cli::sweep {

/// What one axis does to one objective, over all values of the other axes. Axes that move together
/// are one, under their first name.
struct Effect {
  std::string axis;
  std::string best_value;  // the one with the best mean, and the one with the worst
  std::string worst_value;
  double best = 0;  // means of the objective: geometric where all values are positive
  double worst = 0;
  double share = 0;  // of the objective's variance (of its logarithm) that the axis explains

  /// The worse mean over the better one: how much the axis matters.
  double ratio() const;
};

/// The effects of every axis on objective number `objective`, the largest first: the bars of a
/// tornado chart. Numeric axes with more than eight values are cut into four groups of equal size.
std::vector<Effect> effects_on(const Sweep& sweep, const std::vector<Outcome>& outcomes,
                               size_t objective);

}  // namespace weft::cli::sweep
