// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/armor.h"

#include <gtest/gtest.h>

#include "kernels/structure/armor_descent.h"
#include "kernels/structure/nowag.h"
#include "kernels/structure/sparsity.h"
#include "kernels/structure/synthetic.h"

namespace weft::structure {
namespace {

const Matrix& weight() {
  static const Matrix matrix = synthetic_weight("gaussian:rows=32,cols=64,seed=5");
  return matrix;
}

Vector activation_norms() {
  return Vector::LinSpaced(64, 0.5, 3);
}

ArmorOptions options(int iterations, double learning_rate = 1e-3) {
  return {.block = 16,
          .iterations = iterations,
          .learning_rate = learning_rate,
          .seed = 7,
          .keep_going = {}};
}

/// The proxy loss of an approximation, as ARMOR defines it.
double proxy_loss(const Matrix& approximation) {
  const Normalised normalised = nowag_normalise(weight());
  const Matrix error = normalised.row_scale.cwiseInverse().asDiagonal() *
                       (weight() - approximation) *
                       normalised.column_scale.cwiseInverse().asDiagonal();
  return (error * activation_norms().asDiagonal()).squaredNorm();
}

double nowag_loss() {
  const Matrix scores = scores_of(Score::NoWag, weight(), activation_norms());
  return proxy_loss(weight().cwiseProduct(best_mask(scores, NmSparse{})));
}

TEST(Armor, CoreStepNeverRaisesTheLoss) {
  const ArmorFit fit = fit_armor(weight(), activation_norms(), options(200));
  ASSERT_EQ(fit.steps.size(), 200U);
  int fell = 0;
  for (const ArmorStep& step : fit.steps) {
    EXPECT_LE(step.after_core, step.before_core * (1 + 1e-6));
    fell += step.after_core < step.before_core ? 1 : 0;
  }
  EXPECT_GT(fell, 100);
}

TEST(Armor, StartsAtNoWagAndEndsBelow) {
  const ArmorFit fit = fit_armor(weight(), activation_norms(), options(200));
  EXPECT_DOUBLE_EQ(fit.steps.front().before_core, 1);
  EXPECT_LT(fit.loss, 0.9);
  const double loss = proxy_loss(expand_armor(fit.factors));
  EXPECT_NEAR(loss / nowag_loss(), fit.loss, 1e-3);
}

TEST(Armor, KeepsTheBestIterateWhenAdamOvershoots) {
  const ArmorFit fit = fit_armor(weight(), activation_norms(), options(30, 0.5));
  EXPECT_GT(fit.steps.back().after_core, 1);
  EXPECT_LE(proxy_loss(expand_armor(fit.factors)), nowag_loss() * (1 + 1e-5));
}

TEST(Armor, WithoutIterationsIsNoWag) {
  const ArmorFit fit = fit_armor(weight(), activation_norms(), options(0));
  EXPECT_NEAR(proxy_loss(expand_armor(fit.factors)), nowag_loss(), 1e-5 * nowag_loss());
}

TEST(Armor, SameSeedGivesTheSameFactors) {
  const ArmorFit a = fit_armor(weight(), activation_norms(), options(20));
  const ArmorFit b = fit_armor(weight(), activation_norms(), options(20));
  for (size_t i = 0; i < a.factors.size(); ++i) EXPECT_EQ(a.factors[i].values, b.factors[i].values);
}

TEST(Armor, StopsWhenAsked) {
  ArmorOptions limited = options(100);
  limited.keep_going = [](int done) { return done < 3; };
  EXPECT_EQ(fit_armor(weight(), activation_norms(), limited).steps.size(), 3U);
}

TEST(Armor, ExactTwoOfFourWeightStaysExact) {
  const Matrix sparse = weight().cwiseProduct(best_mask(weight().cwiseAbs(), NmSparse{}));
  const ArmorFit fit = fit_armor(sparse, Vector::Ones(64), options(10));
  EXPECT_LT((expand_armor(fit.factors) - sparse).norm(), 1e-5 * sparse.norm());
}

/// The sum of |slope| over A, B and the kept values, from the definition of the loss.
double slopes_of(const Matrix& target, const ArmorIterate& at) {
  const int64_t block = at.core.block();
  const Matrix core = at.core.matrix();
  const Matrix mask = at.mask.matrix();
  Matrix a = Matrix::Zero(target.rows(), target.rows());
  Matrix b = Matrix::Zero(target.cols(), target.cols());
  for (int64_t i = 0; i < at.core.block_rows(); ++i)
    a.block(i * block, i * block, block, block) = at.a.at(i, 0).cast<double>();
  for (int64_t j = 0; j < at.core.block_cols(); ++j)
    b.block(j * block, j * block, block, block) = at.b.at(0, j).cast<double>();
  const Matrix error = 2 * (a * core * b - target);
  const Matrix of_a = error * b.transpose() * core.transpose();
  const Matrix of_b = core.transpose() * a.transpose() * error;
  const Matrix of_core = a.transpose() * error * b.transpose();
  double sum = of_core.cwiseProduct(mask).lpNorm<1>();
  for (int64_t i = 0; i < target.rows(); i += block)
    sum += of_a.block(i, i, block, block).lpNorm<1>();
  for (int64_t j = 0; j < target.cols(); j += block)
    sum += of_b.block(j, j, block, block).lpNorm<1>();
  return sum;
}

TEST(ArmorDescent, GradientIsTheSlopeOfTheLoss) {
  // The first step of Adam moves every value by the learning rate against the sign of its slope, so
  // the loss falls by the rate times the sum of the slopes.
  constexpr double kRate = 1e-5;
  const Normalised normalised = nowag_normalise(weight());
  const Matrix mask = best_mask(normalised.weights.cwiseAbs2(), NmSparse{});
  ArmorDescent descent(normalised.weights, mask, Vector::Ones(64), options(1, kRate));
  const double before = descent.improve_core(1).after_core;
  const double slopes = slopes_of(normalised.weights, descent.iterate());
  descent.improve_values(1);
  const double after = descent.improve_core(2).before_core;
  EXPECT_NEAR((before - after) / (kRate * slopes), 1, 0.05);
}

}  // namespace
}  // namespace weft::structure
