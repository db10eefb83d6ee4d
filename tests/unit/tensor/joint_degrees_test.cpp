// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/joint_degrees.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/tensor/generate.h"

namespace weft::tensor {
namespace {

using testing::ElementsAre;

const std::vector<int64_t> kEnds = {700, 411, 0, 300, 89};
const std::vector<int64_t> kNodes = {700, 200, 0, 30, 4};

TEST(JointDegrees, KeepTheDegreesWhateverTheMixing) {
  for (const double mixing : {-1.0, -0.35, 0.0, 0.5, 1.0}) {
    const JointDegrees joint = joint_degrees(kEnds, kNodes, mixing);
    for (size_t i = 0; i < kEnds.size(); ++i) {
      int64_t out = 0, in = 0;
      for (size_t j = 0; j < kEnds.size(); ++j) {
        EXPECT_GE(joint[i][j], 0);
        out += joint[i][j];
        in += joint[j][i];
      }
      EXPECT_EQ(out, kEnds[i]) << mixing;
      EXPECT_EQ(in, kEnds[i]) << mixing;
    }
  }
}

TEST(JointDegrees, AreThoseOfChanceWithoutMixing) {
  const double all = std::accumulate(kEnds.begin(), kEnds.end(), 0.0);
  const JointDegrees joint = joint_degrees(kEnds, kNodes, 0);
  for (size_t i = 0; i < kEnds.size(); ++i) {
    for (size_t j = 0; j < kEnds.size(); ++j) {
      const double chance = static_cast<double>(kEnds[i]) * static_cast<double>(kEnds[j]) / all;
      EXPECT_NEAR(static_cast<double>(joint[i][j]), chance, static_cast<double>(kEnds.size()));
    }
  }
}

TEST(JointDegrees, JoinLikeToLikeOrHighToLowAtTheEnds) {
  EXPECT_THAT(joint_degrees({5, 3}, {5, 3}, 1), ElementsAre(ElementsAre(5, 0), ElementsAre(0, 3)));
  EXPECT_THAT(joint_degrees({5, 3}, {5, 3}, -1), ElementsAre(ElementsAre(2, 3), ElementsAre(3, 0)));
}

TEST(JointDegrees, AskForNoMoreEdgesThanThereArePairsOfNodes) {
  EXPECT_THAT(joint_degrees({9, 8}, {9, 2}, 1), ElementsAre(ElementsAre(5, 4), ElementsAre(4, 4)));
}

TEST(JointDegrees, OfEdgesAreThosePrescribed) {
  // Class 0 holds nodes 0 and 1, class 1 node 2; the ends of both directions are the same.
  const std::vector<std::vector<int32_t>> ends = {{0, 0, 1, 1, 1}, {2, 2, 2}};
  const JointDegrees joint = joint_degrees({5, 3}, {2, 1}, -0.5);
  base::Xoshiro256 random(1);
  const Edges edges = join_ends(ends, ends, joint, random);
  ASSERT_EQ(edges.from.size(), 8U);
  ASSERT_EQ(edges.to.size(), 8U);
  JointDegrees counted(2, std::vector<int64_t>(2, 0));
  for (size_t i = 0; i < edges.from.size(); ++i) ++counted[edges.from[i] == 2][edges.to[i] == 2];
  EXPECT_EQ(counted, joint);
  EXPECT_EQ(std::ranges::count(edges.to, 0), 2);
  EXPECT_EQ(std::ranges::count(edges.to, 1), 3);
}

/// The mean in-degree of the nodes to which the edges of the busiest tenth of the nodes lead.
double in_degree_after_hubs(const std::string& mixing) {
  const CsrMatrix matrix =
      generate("directed:nodes=2000,edges=20000,exponent=4,seed=4,mixing=" + mixing);
  std::vector<int64_t> in(2000, 0);
  for (const int32_t column : matrix.column) ++in[static_cast<size_t>(column)];
  double sum = 0, edges = 0;
  for (size_t row = 0; row < 2000; ++row) {
    if (matrix.row_start[row + 1] - matrix.row_start[row] < 20) continue;
    for (int64_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at) {
      sum += static_cast<double>(in[static_cast<size_t>(matrix.column[static_cast<size_t>(at)])]);
      ++edges;
    }
  }
  return sum / edges;
}

TEST(JointDegrees, OfAGeneratedGraphFollowTheMixing) {
  const double chance = in_degree_after_hubs("0");
  EXPECT_GT(in_degree_after_hubs("0.8"), 1.2 * chance);
  EXPECT_LT(in_degree_after_hubs("-0.8"), 0.8 * chance);
}

}  // namespace
}  // namespace weft::tensor
