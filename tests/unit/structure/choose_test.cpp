// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/choose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace weft::structure {
namespace {

using testing::ElementsAre;

std::vector<std::string> messages_of(int64_t rows, int64_t cols, const StructureRequest& request) {
  try {
    choose_structure(rows, cols, request);
  } catch (const base::UserError& error) {
    return error.messages();
  }
  return {};
}

TEST(Choose, TellsTheNearestSizesThatDivide) {
  EXPECT_THAT(messages_of(768, 768, {.name = "blockdiag", .blocks = {5}}),
              ElementsAre("--blocks 5: expected a divisor of 768 rows and 768 columns, found 5; "
                          "the nearest: 4 and 6"));
  EXPECT_THAT(messages_of(64, 66, {.name = "2:4"}),
              ElementsAre("--as 2:4: expected a multiple of 4 columns, found 66; the nearest: 64 "
                          "and 68"));
  EXPECT_THAT(messages_of(64, 64, {.name = "armor", .block_size = 128}),
              ElementsAre("--block-size 128: expected a divisor of 64 rows and 64 columns, found "
                          "128; the nearest: 64"));
  EXPECT_THAT(messages_of(64, 64, {.name = "blockdense", .blocks = {4}, .rank = 10}),
              ElementsAre("--rank 10: expected a multiple of 4 blocks, found 10; the nearest: 8 "
                          "and 12"));
}

TEST(Choose, ArmorsBlocksFollowFromTheWeight) {
  const auto block = [](int64_t rows, int64_t cols) {
    return std::get<Armor>(choose_structure(rows, cols, {.name = "armor"}).form).block;
  };
  EXPECT_EQ(block(1024, 512), 128);
  EXPECT_EQ(block(64, 64), 64);
  EXPECT_EQ(block(96, 60), 12);
  EXPECT_THAT(messages_of(66, 64, {.name = "armor"}),
              ElementsAre("--block-size 4: expected a divisor of 66 rows and 64 columns, found 4; "
                          "the nearest: 2"));
}

TEST(Choose, RefusesOptionsThatAStructureDoesNotHave) {
  EXPECT_THAT(messages_of(64, 64, {.name = "armor", .blocks = {4}, .rank = 2, .block_size = 16}),
              ElementsAre("--blocks: expected none: armor has no number of blocks; did you mean "
                          "'--block-size'?",
                          "--rank: expected none: armor has no rank"));
  EXPECT_THAT(messages_of(64, 64, {.name = "lowrank", .rank = 65}),
              ElementsAre("--rank 65: expected 1 to 64, found 65"));
}

TEST(Choose, KnowsNearNames) {
  EXPECT_THAT(messages_of(64, 64, {.name = "monarc"}),
              ElementsAre(testing::EndsWith("found 'monarc'; did you mean 'monarch'?")));
  EXPECT_THAT(messages_of(64, 64, {.name = "4:4"}),
              ElementsAre("--as 4:4: expected N:M with 1 <= N < M <= 64"));
  EXPECT_THAT(messages_of(48, 64, {.name = "butterfly"}),
              ElementsAre("--as butterfly: expected a square weight whose size is a power of two, "
                          "found 48 x 64"));
}

TEST(Choose, HalvesTheParametersWhereNoRankIsGiven) {
  for (const char* name : {"lowrank", "blockdense"}) {
    const double share =
        cost_of(choose_structure(1024, 4096, {.name = name})).parameters / (1024.0 * 4096.0);
    EXPECT_NEAR(share, 0.5, 0.002) << name;
  }
}

TEST(Choose, SizesOfMonarchFitTogether) {
  const struct {
    int64_t rows, cols;
    StructureRequest request;
  } cases[] = {{64, 64, {.name = "monarch"}},
               {768, 3072, {.name = "monarch"}},
               {64, 64, {.name = "monarch", .blocks = {32}}},
               {48, 96, {.name = "monarch", .blocks = {8, 6}, .rank = 3}}};
  for (const auto& [rows, cols, request] : cases) {
    const Monarch form = std::get<Monarch>(choose_structure(rows, cols, request).form);
    EXPECT_EQ(form.k * form.p, cols);
    EXPECT_EQ(form.l * form.s, rows);
    EXPECT_EQ(form.k * form.q, form.l * form.r);
  }
}

}  // namespace
}  // namespace weft::structure
