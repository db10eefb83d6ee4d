// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "kernels/structure/block_matrix.h"

namespace weft::structure {

/// Kingma and Ba's step: the gradient's running mean over the root of its running square, both
/// corrected for their start from zero.
class AdamRate {
 public:
  /// Of step 1, 2, ...
  AdamRate(double learning_rate, int step)
      : rate_(static_cast<float>(learning_rate / (1 - std::pow(kMeanDecay, step)))),
        square_scale_(static_cast<float>(1 / (1 - std::pow(kSquareDecay, step)))) {}

  /// Moves `value` and its moments. All have one shape.
  template <class Value, class Gradient, class Moment>
  void apply(Value&& value, const Gradient& gradient, Moment&& mean, Moment&& square) const {
    mean.array() += kMeanShare * (gradient.array() - mean.array());
    square.array() += kSquareShare * (gradient.array().square() - square.array());
    value.array() -= rate_ * mean.array() / ((square_scale_ * square.array()).sqrt() + kTiny);
  }

 private:
  static constexpr double kMeanDecay = 0.9;
  static constexpr double kSquareDecay = 0.999;
  static constexpr float kMeanShare = 0.1F;
  static constexpr float kSquareShare = 0.001F;
  static constexpr float kTiny = 1e-8F;

  float rate_;
  float square_scale_;
};

}  // namespace weft::structure
