// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/structure/choose.h"
#include "kernels/structure/fit.h"
#include "kernels/structure/svd.h"
#include "kernels/structure/synthetic.h"
#include "tests/support/sanitized.h"
#include "tests/unit/structure/fit_error.h"

namespace weft::structure {
namespace {

/// A weight that has the structure exactly: the projection of a random one.
Matrix member_of(int64_t rows, int64_t cols, const StructureRequest& request) {
  const Structure structure = choose_structure(rows, cols, request);
  const Matrix random =
      synthetic_weight("gaussian:rows=" + std::to_string(rows) + ",cols=" + std::to_string(cols));
  return expand(fit_structure(random, structure, {}).factors, structure);
}

TEST(Projection, OfAMemberIsExact) {
  const struct {
    int64_t rows, cols;
    StructureRequest request;
  } cases[] = {{64, 64, {.name = "monarch"}},
               {48, 48, {.name = "monarch"}},
               {64, 64, {.name = "monarch", .blocks = {16}}},
               {32, 96, {.name = "monarch", .blocks = {4}}},
               {96, 32, {.name = "monarch", .blocks = {4}, .rank = 2}},
               {48, 96, {.name = "monarch", .blocks = {8, 6}, .rank = 3}},
               {32, 96, {.name = "blockshuffle", .blocks = {4}}},
               {24, 40, {.name = "lowrank", .rank = 5}},
               {24, 40, {.name = "blockdense", .blocks = {4}, .rank = 8}},
               {24, 40, {.name = "blockdiag", .blocks = {8}}},
               {32, 32, {.name = "butterfly"}},
               {2, 2, {.name = "butterfly"}}};
  for (const auto& [rows, cols, request] : cases) {
    const Matrix member = member_of(rows, cols, request);
    EXPECT_LT(error_of(member, request), 1e-12) << request.name << ' ' << rows << " x " << cols;
  }
}

TEST(Monarch, FactorsApplyAsTwoBatchedProducts) {
  const Monarch form = std::get<Monarch>(
      choose_structure(48, 96, {.name = "monarch", .blocks = {8, 6}, .rank = 2}).form);
  const Structure structure{48, 96, form};
  const std::vector<Factor> factors =
      fit_structure(synthetic_weight("gaussian:rows=48,cols=96"), structure, {}).factors;
  const Vector x = Vector::LinSpaced(96, -1, 1);
  Vector middle(form.k * form.q);
  for (int64_t t = 0; t < middle.size(); ++t)
    middle(t) =
        as_matrix(factors[0], form.k * form.q).row(t).dot(x.segment(t / form.q * form.p, form.p));
  Vector y = Vector::Zero(48);
  const auto w2 = as_matrix(factors[1], form.l * form.s);
  for (int64_t l = 0; l < form.l; ++l) {
    for (int64_t s = 0; s < form.s; ++s) {
      for (int64_t r = 0; r < form.r; ++r)
        y(s * form.l + l) += w2(l * form.s + s, r) * middle(r * form.l + l);
    }
  }
  EXPECT_LT((y - expand(factors, structure) * x).norm(), 1e-12);
}

TEST(Monarch, HadamardIsExact) {
  EXPECT_LT(error_of(synthetic_weight("hadamard:n=64"), {.name = "monarch"}), 1e-13);
  EXPECT_LT(error_of(synthetic_weight("hadamard:n=64"), {.name = "butterfly"}), 1e-13);
}

TEST(Monarch, DftIsExactOnceItsColumnsAreDealtOut) {
  // Complex rank one is real rank two; 2 m blocks of m columns, m blocks after.
  const StructureRequest request{.name = "monarch", .blocks = {16, 8}, .rank = 2};
  EXPECT_LT(error_of(synthetic_weight("dft:n=64,columns=8"), request), 1e-13);
  EXPECT_GT(error_of(synthetic_weight("dft:n=64"), request), 0.1);
}

TEST(Monarch, KeepsTheKnownShareOfGaussianEnergy) {
  const struct {
    int m;
    double kept;
  } cases[] = {{8, 0.387}, {16, 0.218}, {32, 0.115}, {64, 0.060}};
  for (const auto& [m, kept] : cases) {
    if (tests::kSanitized && m > 16) continue;  // more of the same blocks
    double sum = 0;
    const int draws = m < 16 ? 8 : (m < 64 ? 2 : 1);  // small ones scatter
    for (int seed = 1; seed <= draws; ++seed) {
      const std::string n = std::to_string(m * m);
      const double error = error_of(
          synthetic_weight("gaussian:rows=" + n + ",cols=" + n + ",seed=" + std::to_string(seed)),
          {.name = "monarch"});
      sum += 1 - error * error;
    }
    EXPECT_NEAR(sum / draws, kept, 0.01) << "m = " << m;
  }
}

TEST(LowRank, ErrorIsTheDiscardedSingularValues) {
  const Matrix weight = synthetic_weight("gaussian:rows=30,cols=50,seed=3");
  const Vector s = thin_svd(weight).s;
  for (const int64_t rank : {1, 7, 29, 30}) {
    const double discarded = s.tail(30 - rank).norm() / s.norm();
    EXPECT_NEAR(error_of(weight, {.name = "lowrank", .rank = rank}), discarded, 1e-13);
  }
}

TEST(LowRank, FindsTheDecayThatWasBuiltIn) {
  const Matrix weight = synthetic_weight("decay:rows=20,cols=12,exponent=2");
  const Vector s = thin_svd(weight).s;
  for (int i = 0; i < 12; ++i) EXPECT_NEAR(s(i), std::pow(i + 1, -2.0), 1e-12);
}

TEST(BlockDense, BeatsItsLowRankOfTheSameRankAndNeverIsExactOnNoise) {
  // U is shared in low rank; here each stretch of columns has rank / blocks columns of its own.
  const Matrix weight = synthetic_weight("gaussian:rows=32,cols=32");
  EXPECT_GE(error_of(weight, {.name = "blockdense", .blocks = {4}, .rank = 16}),
            error_of(weight, {.name = "lowrank", .rank = 16}));
  EXPECT_LT(error_of(weight, {.name = "blockdense", .blocks = {4}, .rank = 32}), 1e-12);
}

TEST(BlockDiagonal, LosesWhatLiesOutside) {
  Matrix weight(2, 4);
  weight << 3, 0, 0, 4,  //
      0, 0, 12, 0;
  EXPECT_DOUBLE_EQ(error_of(weight, {.name = "blockdiag", .blocks = {2}}), 4.0 / 13.0);
}

TEST(Fit, WeighsErrorsByActivations) {
  Matrix weight(2, 4);
  weight << 3, 0, 0, 4,  //
      0, 0, 12, 0;
  FitOptions options;
  options.activation_norms = Vector::Ones(4);
  (*options.activation_norms)(3) = 0;
  const Structure halves = choose_structure(2, 4, {.name = "blockdiag", .blocks = {2}});
  EXPECT_EQ(fit_structure(weight, halves, options).weighted_error, 0);
  EXPECT_EQ(fit_structure(weight, halves, {}).weighted_error, std::nullopt);
}

TEST(Fit, FactorsHoldAsManyValuesAsTheCostSays) {
  const Matrix weight = synthetic_weight("gaussian:rows=64,cols=64");
  for (const std::string& name : structure_names()) {
    const StructureRequest request{
        .name = name, .block_size = name == "armor" ? std::optional<int64_t>(16) : std::nullopt};
    const Structure structure = choose_structure(64, 64, request);
    FitOptions options;
    options.armor.iterations = 2;
    size_t values = 0;
    for (const Factor& factor : fit_structure(weight, structure, options).factors) {
      if (!factor.positions) values += factor.values.size();
    }
    EXPECT_EQ(static_cast<double>(values), cost_of(structure).parameters) << name;
  }
}

}  // namespace
}  // namespace weft::structure
