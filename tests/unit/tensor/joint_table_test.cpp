// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/joint_table.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/transpose.h"
#include "tests/unit/tensor/files.h"

namespace weft::tests {
namespace {

using tensor::CsrMatrix;
using tensor::JointEdges;
using testing::ElementsAre;

class JointTableFile : public Files {
 protected:
  std::string error_of(const std::string& spec) const {
    return without_directory(user_error([&] { tensor::generate(spec); }));
  }
  std::string joint(const std::string& name) const {
    return "directed:joint=" + path(name).string();
  }
};

std::vector<int64_t> row_lengths(const CsrMatrix& matrix) {
  std::vector<int64_t> lengths;
  for (int64_t row = 0; row < matrix.rows; ++row) lengths.push_back(matrix.row_nnz(row));
  return lengths;
}

JointEdges joint_edges_of(const CsrMatrix& matrix) {
  const std::vector<int64_t> out = row_lengths(matrix), in = row_lengths(transpose(matrix));
  JointEdges edges;
  for (size_t row = 0; row < out.size(); ++row) {
    for (int64_t at = matrix.row_start[row]; at < matrix.row_start[row + 1]; ++at)
      ++edges[{out[row], in[static_cast<size_t>(matrix.column[static_cast<size_t>(at)])]}];
  }
  return edges;
}

constexpr const char* kSmallTable = "out_degree,in_degree,edges\n1,1,1\n1,2,1\n2,1,1\n2,2,1\n";

TEST_F(JointTableFile, SaysHowManyNodesHaveEachDegree) {
  const tensor::JointTable table =
      tensor::joint_table(tensor::read_joint_edges(write("small.csv", kSmallTable)), "small.csv");
  EXPECT_THAT(table.out_degree, ElementsAre(1, 2));
  EXPECT_THAT(table.out_nodes, ElementsAre(2, 1));
  EXPECT_THAT(table.in_nodes, ElementsAre(2, 1));
  EXPECT_EQ(table.all_edges(), 4);
}

TEST_F(JointTableFile, IsTheSameAsMatrixMarket) {
  const auto csv = write("small.csv", kSmallTable);
  const auto matrix = write("small.mtx",
                            "%%MatrixMarket matrix coordinate integer general\n2 2 4\n"
                            "1 1 1\n1 2 1\n2 1 1\n2 2 1\n");
  EXPECT_EQ(tensor::read_joint_edges(csv), tensor::read_joint_edges(matrix));
}

TEST_F(JointTableFile, GivesAGraphWithExactlyItsJointDegrees) {
  const CsrMatrix original = tensor::generate("rmat:scale=10,edges=9000,seed=3");
  std::string text = "out_degree,in_degree,edges\n";
  tensor::Coordinates list{
      .rows = original.rows, .cols = original.cols, .row = {}, .column = {}, .value = {}};
  for (int32_t row = 0; row < original.rows; ++row) {
    for (int64_t at = original.row_start[static_cast<size_t>(row)];
         at < original.row_start[static_cast<size_t>(row) + 1]; ++at) {
      const int32_t column = original.column[static_cast<size_t>(at)];
      if (row == column) continue;
      list.row.push_back(row);
      list.column.push_back(column);
    }
  }
  const JointEdges prescribed =
      joint_edges_of(csr_from_coordinates(std::move(list), tensor::Duplicates::Sum));
  for (const auto& [degrees, count] : prescribed)
    text += std::to_string(degrees.first) + "," + std::to_string(degrees.second) + "," +
            std::to_string(count) + "\n";
  write("web.csv", text);
  for (const char* more : {"", ",seed=2", ",correlation=1", ",nodes=1024"}) {
    const CsrMatrix matrix = tensor::generate(joint("web.csv") + more);
    EXPECT_EQ(joint_edges_of(matrix), prescribed) << more;
    for (size_t row = 0; row < static_cast<size_t>(matrix.rows); ++row) {
      const auto first = matrix.column.begin() + matrix.row_start[row];
      const auto end = matrix.column.begin() + matrix.row_start[row + 1];
      EXPECT_EQ(std::find(first, end, static_cast<int32_t>(row)), end) << "edge to itself";
    }
  }
  EXPECT_NE(tensor::generate(joint("web.csv")).column,
            tensor::generate(joint("web.csv") + ",seed=2").column);
  EXPECT_EQ(tensor::generate(joint("web.csv") + ",nodes=1024").rows, 1024);
}

TEST_F(JointTableFile, TakesMoreNodesWhereOneWouldNeedAnEdgeToItself) {
  write("full.csv", "out_degree,in_degree,edges\n2,2,4\n");
  EXPECT_EQ(tensor::generate(joint("full.csv")).rows, 4);
  EXPECT_EQ(error_of(joint("full.csv") + ",nodes=3"),
            "directed: nodes: expected at least 4, found 3: full.csv has 2 nodes with outgoing and "
            "2 with incoming edges, and no node may have an edge to itself");
}

TEST_F(JointTableFile, IsRefusedWithEveryReasonWhereNoGraphHasIt) {
  write("parts.csv", "out_degree,in_degree,edges\n3,1,4\n1,2,3\n");
  EXPECT_EQ(error_of(joint("parts.csv")),
            "parts.csv: out-degree 3: expected a multiple of 3 edges, found 4\n"
            "parts.csv: in-degree 2: expected a multiple of 2 edges, found 3");
  write("crowded.csv", "out_degree,in_degree,edges\n2,3,6\n");
  EXPECT_EQ(error_of(joint("crowded.csv")), "no error");
  write("crowded.csv", "out_degree,in_degree,edges\n3,3,3\n");
  EXPECT_EQ(error_of(joint("crowded.csv")),
            "crowded.csv: out-degree 3, in-degree 3: expected at most 1 edges, as there are pairs "
            "of their 1 and 1 nodes, found 3");
  write("empty.csv", "out_degree,in_degree,edges\n1,1,0\n");
  EXPECT_EQ(error_of(joint("empty.csv")), "empty.csv: expected 1 to 2147483647 edges, found 0");
}

TEST_F(JointTableFile, DefectsOfTheTextNameTheirPlace) {
  write("bad.csv", "out_degree,in_degree,edges\n2,0,2\n1,1,x\n1,1,2\n");
  EXPECT_EQ(error_of(joint("bad.csv")),
            "bad.csv:2:3: in_degree: expected a whole number in [1, 2147483647], found '0'\n"
            "bad.csv:3:5: edges: expected a whole number in [0, 2147483647], found 'x'\n"
            "bad.csv:4:1: out_degree: these two degrees have a row already");
  write("half.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n2 1 1.5\n");
  EXPECT_EQ(error_of(joint("half.mtx")),
            "half.mtx: entry (2, 1): expected a whole number of edges, found 1.5");
}

TEST_F(JointTableFile, StandsInPlaceOfThePowerLaw) {
  EXPECT_EQ(error_of("directed:nodes=4"), "directed: missing key 'edges' (or 'joint', a file)");
  EXPECT_EQ(error_of("directed:joint=f.csv,edges=4,mixing=1"),
            "directed: edges: expected none beside 'joint', whose file says it\n"
            "directed: mixing: expected none beside 'joint', whose file says it");
  EXPECT_EQ(error_of("directed:joint="),
            "directed: joint: expected a file, found nothing (edges by out-degree and in-degree, "
            "in place of nodes, edges, exponent and mixing)");
}

TEST(GeneratorSpecFiles, AreRenamedWhereverASpecNamesThem) {
  const auto renamed = [](const std::string& name) { return "dir/" + name; };
  EXPECT_EQ(tensor::rename_spec_files("directed:joint=web.csv,seed=2", renamed),
            "directed:joint=dir/web.csv,seed=2");
  EXPECT_EQ(tensor::rename_spec_files("rmat:scale=3,edges=9", renamed), "rmat:scale=3,edges=9");
  EXPECT_EQ(tensor::rename_spec_files("unknown:joint=x", renamed), "unknown:joint=x");
}

}  // namespace
}  // namespace weft::tests
