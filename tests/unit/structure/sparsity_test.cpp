// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/sparsity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/structure/nowag.h"
#include "kernels/structure/sparse_core.h"
#include "kernels/structure/synthetic.h"

namespace weft::structure {
namespace {

using testing::ElementsAre;

TEST(Sparsity, KeepsTheHighestOfEachGroupAndTheFirstOfEqualOnes) {
  Matrix weight(1, 8);
  weight << -5, 1, 2, -3, 1, 1, 1, 1;
  const NmSparse form{2, 4};
  const Matrix mask = best_mask(weight.cwiseAbs(), form);
  const std::vector<Factor> factors = compress_sparse(weight, mask, form);
  EXPECT_THAT(factors[0].values, ElementsAre(-5, -3, 1, 1));
  EXPECT_THAT(factors[1].values, ElementsAre(0, 3, 0, 1));
  EXPECT_EQ(expand_sparse(factors[0], factors[1], form), weight.cwiseProduct(mask));
}

TEST(Sparsity, ScoresAreThoseOfTheirPapers) {
  Matrix weight(2, 2);
  weight << 3, -1,  //
      4, 2;
  const Vector norms = Vector::LinSpaced(2, 1, 10);
  EXPECT_EQ(scores_of(Score::Magnitude, weight, norms)(0, 1), 1);
  EXPECT_EQ(scores_of(Score::Wanda, weight, norms)(0, 1), 10);
  const Matrix normalised = nowag_normalise(weight).weights;
  EXPECT_DOUBLE_EQ(scores_of(Score::NoWag, weight, norms)(0, 1),
                   normalised(0, 1) * normalised(0, 1) * 100);
}

TEST(NoWag, NormalisesColumnsThenRowsAndScalesBack) {
  const Matrix weight = synthetic_weight("gaussian:rows=8,cols=12");
  const Normalised normalised = nowag_normalise(weight);
  for (int row = 0; row < 8; ++row) EXPECT_NEAR(normalised.weights.row(row).norm(), 1, 1e-4);
  const Matrix back =
      normalised.row_scale.asDiagonal() * normalised.weights * normalised.column_scale.asDiagonal();
  EXPECT_LT((back - weight).norm(), 1e-12);
}

TEST(SparseCore, BestGroupIsNoWorseThanAnyOfManyTries) {
  base::Xoshiro256 random(1);
  const auto value = [&random] { return 2 * random.uniform() - 1; };
  for (int round = 0; round < 20; ++round) {
    Eigen::Matrix4d rows;
    GroupLoss loss;
    for (int i = 0; i < 16; ++i) rows(i / 4, i % 4) = value();
    for (int i = 0; i < 4; ++i) loss.slope(i) = value();
    loss.gram = rows * rows.transpose();
    loss.scale = 0.5 + random.uniform();
    const BestGroup best = best_group(loss);
    for (int i = 0; i < 4; ++i) {
      const bool kept = i == best.kept[0] || i == best.kept[1];
      EXPECT_TRUE(kept || best.values(i) == 0);
    }
    for (int attempt = 0; attempt < 200; ++attempt) {
      Group other = Group::Zero();
      const auto& mask = kMasks[random.below(kMasks.size())];
      for (const int kept : mask) other(kept) = 3 * value();
      EXPECT_LE(loss_of(loss, best.values), loss_of(loss, other) + 1e-6);
    }
  }
}

}  // namespace
}  // namespace weft::structure
