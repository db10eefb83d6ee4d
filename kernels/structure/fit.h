// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "kernels/structure/armor.h"
#include "kernels/structure/matrix.h"
#include "kernels/structure/sparsity.h"
#include "kernels/structure/structure.h"

namespace weft::structure {

/// What the fit of some structures takes besides the weight.
struct FitOptions {
  Score score = Score::Magnitude;  // of N:M
  ArmorOptions armor;              // its block is taken from the structure
  /// The lengths of the columns of activations; none counts all columns alike.
  std::optional<Vector> activation_norms;
};

/// A weight in structured form, and what that loses.
struct Fit {
  std::vector<Factor> factors;
  double relative_error = 0;             // |W - W'| / |W|, Frobenius
  std::optional<double> weighted_error;  // the same of W diag(norms): the error of the outputs
  std::vector<ArmorStep> armor_steps;
};

/// Fits `structure` to a weight. Precondition: it was chosen for the weight's size.
Fit fit_structure(const Matrix& weight, const Structure& structure, const FitOptions& options);

/// The matrix that factors stand for.
Matrix expand(const std::vector<Factor>& factors, const Structure& structure);

}  // namespace weft::structure
