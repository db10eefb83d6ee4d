// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <array>

#include <gtest/gtest.h>

namespace weft::tests {
namespace {

TEST(SplitMix64, FollowsThePublishedSequence) {
  // The first numbers for seed 1234567 in the reference implementation by Vigna.
  base::SplitMix64 random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
}

TEST(Xoshiro256, SameSeedGivesTheSameNumbers) {
  base::Xoshiro256 one(7);
  base::Xoshiro256 same(7);
  base::Xoshiro256 other(8);
  const uint64_t first = one.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other.next());
}

TEST(Xoshiro256, UniformFillsTheUnitInterval) {
  base::Xoshiro256 random(1);
  constexpr int kDraws = 100000;
  double sum = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double number = random.uniform();
    ASSERT_GE(number, 0);
    ASSERT_LT(number, 1);
    sum += number;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);  // five standard deviations
}

TEST(Xoshiro256, BelowIsEvenOverARangeThatDoesNotDivide) {
  base::Xoshiro256 random(1);
  constexpr int kDraws = 60000;
  std::array<int, 3> count{};
  // With plain multiplication of 64-bit numbers by 3 * 2^62 every third number would come twice as
  // often.
  for (int draw = 0; draw < kDraws; ++draw) ++count[random.below(uint64_t{3} << 62) % 3];
  for (const int hits : count) EXPECT_NEAR(hits, kDraws / 3, 600);
}

TEST(Xoshiro256, BelowOneIsZero) {
  EXPECT_EQ(base::Xoshiro256(5).below(1), 0u);
}

}  // namespace
}  // namespace weft::tests
