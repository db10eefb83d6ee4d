// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/round.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace weft::dense {
namespace {

using ir::Dtype;

TEST(RoundTo, TiesGoToTheEvenNeighbour) {
  EXPECT_EQ(round_to(Dtype::Bf16, 1 + 0x1p-8), 1);
  EXPECT_EQ(round_to(Dtype::Bf16, 1 + 3 * 0x1p-8), 1 + 0x1p-6);
  EXPECT_EQ(round_to(Dtype::F16, 1 + 0x1p-11), 1);
  EXPECT_EQ(round_to(Dtype::Tf32, 1 + 3 * 0x1p-11), 1 + 0x1p-9);
  EXPECT_EQ(round_to(Dtype::I8, 2.5), 2);
}

TEST(RoundTo, SubnormalsLoseBits) {
  EXPECT_EQ(round_to(Dtype::F16, 0x1p-24), 0x1p-24);
  EXPECT_EQ(round_to(Dtype::F16, 0x1p-26), 0);
  EXPECT_EQ(round_to(Dtype::F8e4m3, 0x1.8p-9), 0x1p-8);
}

TEST(RoundTo, ValuesPastTheLargestSaturateOrOverflow) {
  EXPECT_EQ(round_to(Dtype::F8e4m3, -1000), -448);
  EXPECT_EQ(round_to(Dtype::F8e5m2, 1e9), 57344);
  EXPECT_EQ(round_to(Dtype::I8, 300), 127);
  EXPECT_EQ(round_to(Dtype::F16, 1e6), std::numeric_limits<double>::infinity());
}

TEST(RoundTo, TheNextValueAfterOneIsAnEpsilonAway) {
  for (const Dtype dtype : {Dtype::F32, Dtype::Tf32, Dtype::F16, Dtype::Bf16, Dtype::F8e4m3,
                            Dtype::F8e5m2, Dtype::F64}) {
    const double epsilon = epsilon_of(dtype);
    EXPECT_EQ(round_to(dtype, 1 + epsilon), 1 + epsilon) << ir::text_of(dtype);
    if (dtype == Dtype::F64) continue;
    EXPECT_EQ(round_to(dtype, 1 + 0.4 * epsilon), 1) << ir::text_of(dtype);
  }
}

}  // namespace
}  // namespace weft::dense
