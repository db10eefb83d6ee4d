// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kernels/ir/documents.h"

namespace weft::ir {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> levels_of(const std::string& levels) {
  const std::string text = spoilt(kSpmm, "[dense(m), compressed(k)]", levels);
  std::vector<std::string> texts;
  const Kernel kernel = read_sound(text);
  for (const Level& level : kernel.find_tensor("A")->levels) texts.push_back(level.text());
  return texts;
}

std::vector<std::string> defects_of(const std::string& levels) {
  return messages_of(spoilt(kSpmm, "[dense(m), compressed(k)]", levels));
}

TEST(ShortFormat, ExpandsIntoLevels) {
  EXPECT_THAT(levels_of("csr"), ElementsAre("dense(m)", "compressed(k)"));
  EXPECT_THAT(levels_of("csc"), ElementsAre("dense(k)", "compressed(m)"));
  EXPECT_THAT(levels_of("coo"), ElementsAre("compressed(m, nonunique)", "singleton(k)"));
  EXPECT_THAT(levels_of("dcsr"), ElementsAre("compressed(m)", "compressed(k)"));
  EXPECT_THAT(levels_of("[csr]"), ElementsAre("dense(m)", "compressed(k)"));
  EXPECT_THAT(levels_of("bsr(4)"),
              ElementsAre("dense(m/4)", "compressed(k/4)", "dense(m%4)", "dense(k%4)"));
  EXPECT_THAT(levels_of("ell(3)"), ElementsAre("dense(m)", "singleton(k, slots=3)"));
  EXPECT_THAT(levels_of("\"2:4\""), ElementsAre("dense(m)", "dense(k/4)", "nm(k%4, 2:4)"));
  EXPECT_THAT(levels_of("[1:8]"), ElementsAre("dense(m)", "dense(k/8)", "nm(k%8, 1:8)"));
  EXPECT_THAT(levels_of("blockdiag(4)"),
              ElementsAre("dense(m/4)", "affine(k/4 = m/4)", "dense(m%4)", "dense(k%4)"));
}

TEST(ShortFormat, TellsWhatItIsNot) {
  EXPECT_THAT(defects_of("crs"),
              ElementsAre("k.yaml:6:41: error: unknown format 'crs' in tensor A; did you mean "
                          "'csr'?"));
  EXPECT_THAT(defects_of("bsr"), ElementsAre("k.yaml:6:44: error: expected '(', found the end of "
                                             "the text"));
}

TEST(Level, KeepsItsOptions) {
  EXPECT_THAT(levels_of("[\"compressed(m, nonunique)\", \"singleton(k, unordered, crd=16b)\"]"),
              ElementsAre("compressed(m, nonunique)", "singleton(k, unordered, crd=16b)"));
  EXPECT_THAT(levels_of("[dense(m), \"compressed(k, crd=16b, pos=32b)\"]"),
              ElementsAre("dense(m)", "compressed(k, crd=16b, pos=32b)"));
  EXPECT_THAT(levels_of("[dense(m), dense(k/4), \"nm(k%4, 2:4, meta=2b)\"]"),
              ElementsAre("dense(m)", "dense(k/4)", "nm(k%4, 2:4, meta=2b)"));
}

TEST(Level, RefusesOptionsThatSayNothing) {
  EXPECT_THAT(defects_of("[\"dense(m, pos=32b)\", compressed(k)]"),
              ElementsAre("k.yaml:6:52: error: option 'pos' says nothing about level type 'dense' "
                          "in tensor A"));
  EXPECT_THAT(defects_of("[dense(m), \"compressed(k, crd=96b)\"]"),
              ElementsAre("k.yaml:6:71: error: expected a width of 1b to 64b, found '96b'"));
  EXPECT_THAT(
      defects_of("[dense(m), \"nm(k, 5:4)\"]"),
      ElementsAre("k.yaml:6:59: error: expected N:M with 1 <= N <= M <= 65536, found '5:4'"));
  EXPECT_THAT(defects_of("[dense(m), \"compressed(k, unorderd)\"]"),
              ElementsAre("k.yaml:6:67: error: unknown option 'unorderd' in tensor A; did you mean "
                          "'unordered'?"));
  EXPECT_THAT(defects_of("[dense(m), compressed(q)]"),
              ElementsAre("k.yaml:6:63: error: unknown dim 'q' in tensor A; known: m, k, M, K, N"));
}

TEST(LevelMap, MayLeaveCoordinatesOutButNotShareSlots) {
  const std::string clash =
      "k.yaml:6:41: error: level map of A is not injective: two coordinates share one slot";
  EXPECT_THAT(defects_of("[dense(m)]"), ElementsAre(clash));
  EXPECT_THAT(defects_of("[dense(m), dense(k/8), dense(k%4)]"), ElementsAre(clash));
  EXPECT_THAT(defects_of("[dense(m + k)]"), ElementsAre(clash));
  EXPECT_TRUE(defects_of("[dense(m*8 + k)]").empty());
  EXPECT_TRUE(defects_of("[dense(m), \"affine(k = m)\"]").empty());
}

TEST(LevelMap, IsCheckedAlongLongDimsToo) {
  const std::string wide = spoilt(kSpmm, "K: 8", "K: 1000000");
  const std::string clash = spoilt(wide, "compressed(k)", "dense(k/1024), dense(k%512)");
  EXPECT_EQ(messages_of(wide).size(), 0u);
  EXPECT_EQ(messages_of(clash).size(), 1u);
}

}  // namespace
}  // namespace weft::ir
