// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/row_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::mapper {
namespace {

using testing::ElementsAre;

TEST(RowShares, EqualOnesCoverAllRowsInOrder) {
  const RowShares shares = equal_shares(10, 4);
  EXPECT_THAT(shares.begins, ElementsAre(0, 3, 6, 9));
  EXPECT_THAT(shares.owners, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(shares.owner_of(2), 0U);
  EXPECT_EQ(shares.owner_of(3), 1U);
  EXPECT_EQ(shares.owner_of(9), 3U);
}

TEST(RowShares, FewRowsLeaveCoresWithoutAny) {
  EXPECT_THAT(equal_shares(2, 4).owners, ElementsAre(0, 1));
  EXPECT_THAT(equal_shares(0, 4).begins, ElementsAre(0));
}

TEST(RowShares, RangesOfOneOwnerSideBySideBecomeOne) {
  RowShares shares{{0, 5, 8, 9}, {1, 1, 0, 1}};
  shares.merge();
  EXPECT_THAT(shares.begins, ElementsAre(0, 8, 9));
  EXPECT_THAT(shares.owners, ElementsAre(1, 0, 1));
}

TEST(RowShares, AHeavyRowIsARangeByItself) {
  EXPECT_THAT(weighted_ranges({1, 1, 1, 9, 1, 1}, 4), ElementsAre(0, 3, 4));
  EXPECT_THAT(weighted_ranges({}, 4), ElementsAre(0));
}

}  // namespace
}  // namespace weft::mapper
