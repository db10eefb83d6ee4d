// SPDX-License-Identifier: Apache-2.0
// Sizes from shapes alone, against the sizes that the papers print.
#include <gtest/gtest.h>

#include "kernels/structure/choose.h"
#include "kernels/structure/structure.h"

namespace weft::structure {
namespace {

double parameters_of(int64_t rows, int64_t cols, const Form& form) {
  return cost_of({rows, cols, form}).parameters;
}

/// A model of Wei et al. 2024, table 1: FFNs of width d -> 4 d -> d, the first of which stays
/// dense. Parameters in millions, as printed.
struct FfnModel {
  int64_t d;
  int64_t layers;
  double dense;
  int64_t low_rank[2];  // 63 %, 32 %
  double low_rank_millions[2];
  BlockDense block_dense[2];
  double block_dense_millions[2];
};

constexpr FfnModel kXl = {2048,      24, 805, {1024, 512}, {516, 275}, {{4, 1536}, {4, 768}},
                          {486, 260}};

/// All FFNs of a model, in millions.
template <class FormOf>
double ffn_millions(int64_t d, int64_t layers, const FormOf& form_of) {
  const double up = parameters_of(4 * d, d, form_of(4 * d, d));
  const double down = parameters_of(d, 4 * d, form_of(d, 4 * d));
  return (8.0 * static_cast<double>(d * d) + static_cast<double>(layers - 1) * (up + down)) / 1e6;
}

TEST(Cost, StructuredFfnOfTheXlModelIsAsPrinted) {
  const auto millions = [](const auto& form_of) {
    return ffn_millions(kXl.d, kXl.layers, form_of);
  };
  EXPECT_NEAR(millions([](int64_t, int64_t) { return Dense{}; }), kXl.dense, 0.5);
  for (const int i : {0, 1}) {
    EXPECT_NEAR(millions([&](int64_t, int64_t) { return LowRank{kXl.low_rank[i]}; }),
                kXl.low_rank_millions[i], 0.5);
    EXPECT_NEAR(millions([&](int64_t, int64_t) { return kXl.block_dense[i]; }),
                kXl.block_dense_millions[i], 0.5);
    const int64_t blocks = i == 0 ? 2 : 4;
    EXPECT_NEAR(millions([&](int64_t m, int64_t n) { return block_shuffle(m, n, blocks); }),
                kXl.low_rank_millions[i], 0.5);
  }
}

struct FfnShape {
  int64_t d;
  int64_t low_rank[2];
  BlockDense block_dense[2];
};

class FfnConfiguration : public testing::TestWithParam<FfnShape> {};

/// Every configuration of the table was made for 63 % and 32 % of the dense parameters.
TEST_P(FfnConfiguration, KeepsTheShareOfItsColumn) {
  const FfnShape& shape = GetParam();
  const auto share = [d = shape.d](const auto& form_of) {
    const double structured =
        parameters_of(4 * d, d, form_of(4 * d, d)) + parameters_of(d, 4 * d, form_of(d, 4 * d));
    return structured / (8.0 * static_cast<double>(d * d));
  };
  for (const int i : {0, 1}) {
    const double kept = i == 0 ? 0.625 : 0.3125;
    const int64_t blocks = i == 0 ? 2 : 4;
    EXPECT_NEAR(share([&](int64_t, int64_t) { return LowRank{shape.low_rank[i]}; }), kept, 1e-12);
    EXPECT_NEAR(share([&](int64_t m, int64_t n) { return block_shuffle(m, n, blocks); }), kept,
                1e-12);
    EXPECT_NEAR(share([&](int64_t, int64_t) { return shape.block_dense[i]; }), kept, 0.045);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, FfnConfiguration,
                         testing::Values(FfnShape{768, {384, 192}, {{2, 512}, {2, 256}}},
                                         FfnShape{1024, {512, 256}, {{4, 768}, {4, 384}}},
                                         FfnShape{1536, {768, 384}, {{2, 1024}, {2, 512}}},
                                         FfnShape{2048, {1024, 512}, {{4, 1536}, {4, 768}}}));

TEST(Cost, MonarchLayersOfGpt2AreAsPrinted) {
  const auto four_blocks = [](int64_t rows, int64_t cols) {
    return parameters_of(rows, cols, block_shuffle(rows, cols, 4));
  };
  EXPECT_EQ(four_blocks(768, 768), 294'912);
  EXPECT_EQ(four_blocks(3072, 768), 737'280);
  EXPECT_EQ(four_blocks(768, 3072), 737'280);
  EXPECT_EQ(four_blocks(1024, 1024), 524'288);
  EXPECT_EQ(four_blocks(4096, 1024), 1'310'720);
}

TEST(Cost, BalancedMonarchHasTwiceTheRootTimesTheSize) {
  const Structure square = choose_structure(4096, 4096, {.name = "monarch"});
  EXPECT_EQ(cost_of(square).parameters, 2 * 4096 * 64);
  EXPECT_EQ(cost_of(square).macs_per_token, 2 * 4096 * 64);
}

/// The seven weights of a decoder layer, by their sizes.
double overhead_of_model(int64_t hidden, int64_t ffn, int64_t kv) {
  const int64_t sizes[][2] = {{hidden, hidden}, {kv, hidden},  {kv, hidden}, {hidden, hidden},
                              {ffn, hidden},    {ffn, hidden}, {hidden, ffn}};
  double added = 0;
  double all = 0;
  for (const auto& [rows, cols] : sizes) {
    const double dense = static_cast<double>(rows * cols);
    added += cost_of({rows, cols, Armor{128}}).parameters -
             cost_of({rows, cols, NmSparse{2, 4}}).parameters;
    all += dense;
  }
  return added / all;
}

TEST(Cost, ArmorOverheadOfQwenIsAsPrinted) {
  EXPECT_NEAR(overhead_of_model(3584, 18944, 512), 0.0495, 0.00005);
  EXPECT_NEAR(overhead_of_model(8192, 29568, 1024), 0.0240, 0.00005);
}

TEST(Cost, TwoOfFourInHalfPrecisionTakesNineSixteenths) {
  const Cost cost = cost_of({4096, 4096, NmSparse{2, 4}});
  EXPECT_DOUBLE_EQ(cost.bytes(2), 0.5625 * 2 * 4096 * 4096);
  EXPECT_DOUBLE_EQ(cost.bytes(1), 0.625 * 4096 * 4096);
  EXPECT_DOUBLE_EQ(cost_of({64, 64, Armor{32}}).macs_per_token, 64 * 64 / 2 + 128 * 32);
}

TEST(Cost, ButterflyHasTwoNonzerosPerRowAndFactor) {
  EXPECT_EQ(cost_of({1024, 1024, Butterfly{}}).parameters, 2 * 1024 * 10);
}

}  // namespace
}  // namespace weft::structure
