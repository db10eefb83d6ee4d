// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/structured.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::dense {
namespace {

using testing::ElementsAre;

TEST(Structured24, StoresTwoValuesOfFourAndTheirPositions) {
  const DenseTensor tensor{{1, 8}, {0, 5, 0, 7, 3, 0, 0, 0}};
  const Structured24 stored = compress24(tensor);
  EXPECT_THAT(stored.values, ElementsAre(5, 7, 3, 0));
  EXPECT_THAT(stored.positions, ElementsAre(1, 3, 0, 3));
}

TEST(Structured24, PruningKeepsHalfOfEveryGroup) {
  DenseTensor tensor{{16, 32}, std::vector<double>(512, 1.0)};
  base::Xoshiro256 random(1);
  prune24(tensor, random);
  EXPECT_FALSE(find_dense_group(tensor));
  const Structured24 stored = compress24(tensor);
  EXPECT_EQ(stored.values, std::vector<double>(256, 1.0));
}

TEST(Structured24, AThirdNonzeroOfAGroupIsFound) {
  const DenseTensor tensor{{2, 4}, {0, 5, 0, 7, 3, 2, 0, 1}};
  EXPECT_EQ(find_dense_group(tensor), 4);
}

}  // namespace
}  // namespace weft::dense
