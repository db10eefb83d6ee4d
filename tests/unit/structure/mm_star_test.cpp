// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/mm_star.h"

#include <cmath>

#include <gtest/gtest.h>

#include "kernels/structure/choose.h"
#include "kernels/structure/fit.h"
#include "kernels/structure/mm_star_recover.h"
#include "kernels/structure/synthetic.h"
#include "tests/support/sanitized.h"
#include "tests/unit/structure/fit_error.h"

namespace weft::structure {
namespace {

Matrix gaussian(int64_t rows, int64_t cols, int seed) {
  return synthetic_weight("gaussian:rows=" + std::to_string(rows) +
                          ",cols=" + std::to_string(cols) + ",seed=" + std::to_string(seed));
}

/// A product with factors drawn at random.
Matrix random_product(int64_t rows, int64_t cols, const MmStar& form, int seed) {
  Factor a = matrix_factor("A", gaussian(form.l * form.s, form.m, seed));
  Factor d = matrix_factor("D", gaussian(form.m, form.l * form.k, seed + 1));
  Factor c = matrix_factor("C", gaussian(form.k * form.m, form.p, seed + 2));
  Matrix weight = expand_mm_star({c, d, a}, form);
  EXPECT_EQ(weight.rows(), rows);
  EXPECT_EQ(weight.cols(), cols);
  return weight;
}

MmStar form_of(int64_t rows, int64_t cols, const StructureRequest& request) {
  return std::get<MmStar>(choose_structure(rows, cols, request).form);
}

TEST(MmStar, ProductsOfTwoMonarchMatricesAreRecovered) {
  const struct {
    int64_t rows, cols;
    StructureRequest request;
  } cases[] = {{64, 64, {.name = "mm*"}},
               {256, 256, {.name = "mm*"}},
               {64, 64, {.name = "mm*", .blocks = {4}}},
               {96, 64, {.name = "mm*", .blocks = {8}}},
               {64, 96, {.name = "mm*", .blocks = {8}}},
               {60, 48, {.name = "mm*", .blocks = {4, 6}}}};
  for (const auto& [rows, cols, request] : cases) {
    const MmStar form = form_of(rows, cols, request);
    for (int seed = 1; seed < 10; seed += 3) {
      const Matrix weight = random_product(rows, cols, form, seed);
      EXPECT_LT(error_of(weight, request), 1e-9) << rows << " x " << cols << ", seed " << seed;
    }
  }
}

TEST(MmStar, FactorsApplyAsThreeBatchedProducts) {
  const MmStar form = form_of(30, 24, {.name = "mm*", .blocks = {4, 5}});
  const std::vector<Factor> factors = project_mm_star(gaussian(30, 24, 7), form);
  const auto c = as_matrix(factors[0], form.k * form.m);
  const auto d = as_matrix(factors[1], form.m * form.l);
  const auto a = as_matrix(factors[2], form.l * form.s);
  const Vector x = Vector::LinSpaced(24, -1, 1);
  Matrix first = Matrix::Zero(form.m, form.k), middle = Matrix::Zero(form.m, form.l);
  for (int64_t k = 0; k < form.k; ++k) {
    const Vector taken = x(Eigen::seqN(k, form.p, form.k));
    first.col(k) = c.middleRows(k * form.m, form.m) * taken;
  }
  for (int64_t m = 0; m < form.m; ++m)
    middle.row(m) = (d.middleRows(m * form.l, form.l) * first.row(m).transpose()).transpose();
  Vector y(30);
  for (int64_t l = 0; l < form.l; ++l)
    y(Eigen::seqN(l, form.s, form.l)) = a.middleRows(l * form.s, form.s) * middle.col(l);
  EXPECT_LT((y - expand_mm_star(factors, form) * x).norm(), 1e-12);
}

TEST(MmStar, IsNeverWorseThanTheMonarchProjection) {
  for (int seed = 1; seed < (tests::kSanitized ? 2 : 4); ++seed) {
    const Matrix weight = gaussian(64, 64, seed);
    EXPECT_LT(error_of(weight, {.name = "mm*"}), error_of(weight, {.name = "monarch"}));
    EXPECT_LT(error_of(weight, {.name = "mm*"}), error_of(weight.transpose(), {.name = "monarch"}));
  }
}

TEST(MmStar, HoldsMonarchMatricesAndTheirTransposes) {
  const Structure monarch = choose_structure(64, 64, {.name = "monarch"});
  const Matrix member = expand(fit_structure(gaussian(64, 64, 3), monarch, {}).factors, monarch);
  EXPECT_LT(error_of(member, {.name = "mm*"}), 1e-9);
  EXPECT_LT(error_of(member.transpose(), {.name = "mm*"}), 1e-9);
  EXPECT_LT(error_of(synthetic_weight("hadamard:n=64"), {.name = "mm*"}), 1e-9);
}

TEST(MmStar, SweepsNeverRaiseTheError) {
  const MmStar form = form_of(36, 24, {.name = "mm*", .blocks = {4, 6}});
  const Matrix weight = gaussian(36, 24, 5);
  MmStarFactors factors;
  for (int64_t i = 0; i < form.l; ++i) factors.a.push_back(gaussian(form.s, form.m, 10));
  for (int64_t j = 0; j < form.k; ++j) factors.c.push_back(gaussian(form.m, form.p, 11));
  factors.d = Matrix::Zero(form.l * form.k, form.m);  // singular for both sides at first
  const MmStarSlices slices(weight, form);
  double error = mm_star_error(slices, factors);
  for (int sweep = 0; sweep < 30; ++sweep) {
    const double before = error;
    improve_mm_star(slices, factors);
    error = mm_star_error(slices, factors);
    EXPECT_LE(error, before * (1 + 1e-12));
  }
  EXPECT_LT(error, 0.9 * weight.norm());
}

TEST(MmStar, IsNotRecoveredWhereItsAssumptionsFail) {
  const MmStar form = form_of(64, 64, {.name = "mm*"});
  EXPECT_FALSE(recover_mm_star(Matrix::Zero(64, 64), form));
  // Rotations commute, but have no real eigenvectors in common.
  const MmStar small{3, 2, 2, 3, 2};
  Matrix weight(6, 6);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const double angle = i * j;
      weight(Eigen::seqN(i, 2, 3), Eigen::seqN(j, 2, 3)) << std::cos(angle), -std::sin(angle),
          std::sin(angle), std::cos(angle);
    }
  }
  EXPECT_FALSE(recover_mm_star(weight, small));
}

}  // namespace
}  // namespace weft::structure
