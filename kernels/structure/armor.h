// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// How ARMOR is fitted; blocks of A and B are `block` wide.
struct ArmorOptions {
  int64_t block = 128;
  int iterations = 500;  // the paper takes 20,000
  double learning_rate = 1e-4;
  uint64_t seed = 1;
  /// Called with the number of iterations done; false stops there. May be empty.
  std::function<bool(int)> keep_going;
};

/// The loss around the sparse-core step of one iteration, as a share of NoWag-P's.
struct ArmorStep {
  double before_core;
  double after_core;
};

/// The factors, and how the loss went.
struct ArmorFit {
  std::vector<Factor> factors;  // "A" (M/block, block, block), "B", and the core as for 2:4
  std::vector<ArmorStep> steps;
  double loss = 1;  // of the best iterate, which the factors are; NoWag-P's is 1
};

/// W as A (W' .* M) B by block coordinate descent from NoWag-P. `activation_norms` are those of the
/// columns. Precondition: `options.block` divides both sizes and is a multiple of four.
ArmorFit fit_armor(const Matrix& weight, const Vector& activation_norms,
                   const ArmorOptions& options);

/// The matrix that "A", "B", "values", "positions" stand for.
Matrix expand_armor(const std::vector<Factor>& factors);

}  // namespace weft::structure
