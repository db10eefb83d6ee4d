// SPDX-License-Identifier: Apache-2.0
// ARMOR replaces W by A S B with a 2:4 core S between two thin block-diagonal matrices, which turn
// the weights so that less is lost by keeping two of four. The descent works on the weight as
// NoWag normalises it and starts from NoWag-P (A and B the identity, S the two best of each four);
// every iteration re-chooses one group of four in every block in closed form and then takes one
// step of Adam. Adam may overshoot, so the best iterate is kept: the result is never worse than
// NoWag-P's.
#include "kernels/structure/armor.h"

#include <utility>

#include "kernels/structure/armor_descent.h"
#include "kernels/structure/nowag.h"
#include "kernels/structure/sparsity.h"

namespace weft::structure {

namespace {

/// Loss-weighting of the columns with mean 1, so that losses are of one size for all activations.
Vector column_weights_of(const Vector& activation_norms) {
  const Vector squares = activation_norms.cwiseAbs2();
  const double mean = squares.mean();
  return mean > 0 ? Vector(squares / mean) : Vector::Ones(squares.size());
}

/// Undoes the normalisation inside of A and B.
std::vector<Factor> factors_of(const ArmorIterate& best, const Normalised& weight) {
  const int64_t block = best.core.block();
  Matrix a = weight.row_scale.asDiagonal() * best.a.matrix();
  Matrix b(weight.column_scale.size(), block);  // block below block
  for (int64_t j = 0; j < best.core.block_cols(); ++j) {
    b.middleRows(j * block, block) =
        best.b.at(0, j).cast<double>() * weight.column_scale.segment(j * block, block).asDiagonal();
  }
  Factor a_factor = matrix_factor("A", a);
  Factor b_factor = matrix_factor("B", b);
  a_factor.shape = {best.core.block_rows(), block, block};
  b_factor.shape = {best.core.block_cols(), block, block};
  std::vector<Factor> core = compress_sparse(best.core.matrix(), best.mask.matrix(), NmSparse{});
  return {std::move(a_factor), std::move(b_factor), std::move(core[0]), std::move(core[1])};
}

}  // namespace

ArmorFit fit_armor(const Matrix& weight, const Vector& activation_norms,
                   const ArmorOptions& options) {
  const Normalised normalised = nowag_normalise(weight);
  const Vector column_weights = column_weights_of(activation_norms);
  const Matrix scores = normalised.weights.cwiseAbs2() * column_weights.asDiagonal();
  ArmorDescent descent(normalised.weights, best_mask(scores, NmSparse{}), column_weights, options);
  ArmorIterate best = descent.iterate();
  ArmorFit fit;
  double start = 0;
  double least = 0;
  for (int iteration = 1; iteration <= options.iterations; ++iteration) {
    if (iteration > 1) descent.improve_values(iteration - 1);
    const ArmorStep loss = descent.improve_core(iteration);
    if (iteration == 1) start = least = loss.before_core;
    if (start == 0) break;  // two of each four are all there is
    fit.steps.push_back({loss.before_core / start, loss.after_core / start});
    if (loss.after_core < least) {
      least = loss.after_core;
      best = descent.iterate();
    }
    if (options.keep_going && !options.keep_going(iteration)) break;
  }
  if (start > 0) fit.loss = least / start;
  fit.factors = factors_of(best, normalised);
  return fit;
}

Matrix expand_armor(const std::vector<Factor>& factors) {
  const int64_t block = factors[0].shape[1];
  Matrix weight = expand_sparse(factors[2], factors[3], NmSparse{});
  const auto a = as_matrix(factors[0], weight.rows());
  const auto b = as_matrix(factors[1], weight.cols());
  for (int64_t i = 0; i < weight.rows(); i += block)
    weight.middleRows(i, block) = a.middleRows(i, block) * weight.middleRows(i, block).eval();
  for (int64_t j = 0; j < weight.cols(); j += block)
    weight.middleCols(j, block) = weight.middleCols(j, block).eval() * b.middleRows(j, block);
  return weight;
}

}  // namespace weft::structure
