// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/matrix_market.h"

#include <gmock/gmock.h>

#include "kernels/tensor/generate.h"
#include "tests/unit/tensor/files.h"

namespace weft::tests {
namespace {

using tensor::CsrMatrix;
using tensor::read_matrix_market;
using testing::ElementsAre;

class MatrixMarket : public Files {
 protected:
  CsrMatrix read(const std::string& text) const { return read_matrix_market(write("m.mtx", text)); }
};

TEST_F(MatrixMarket, EntriesComeSortedByRowAndColumn) {
  const CsrMatrix matrix = read(
      "%%MatrixMarket matrix coordinate real general\n% any order\n2 3 4\n2 3 4e0\n1 2 -1\n2 1 "
      "+.5\n1 1 3\n");
  EXPECT_EQ(matrix.rows, 2);
  EXPECT_EQ(matrix.cols, 3);
  EXPECT_THAT(matrix.row_start, ElementsAre(0, 2, 4));
  EXPECT_THAT(matrix.column, ElementsAre(0, 1, 0, 2));
  EXPECT_THAT(matrix.value, ElementsAre(3, -1, 0.5, 4));
}

TEST_F(MatrixMarket, DuplicatesAreSummedAndZerosStay) {
  const CsrMatrix matrix = read(
      "%%MatrixMarket matrix coordinate integer general\n2 2 4\n1 1 2\n2 2 0\n1 1 3\n1 2 -7\n");
  EXPECT_THAT(matrix.row_start, ElementsAre(0, 2, 3));
  EXPECT_THAT(matrix.column, ElementsAre(0, 1, 1));
  EXPECT_THAT(matrix.value, ElementsAre(5, -7, 0));
}

TEST_F(MatrixMarket, PatternEntriesAreOnes) {
  const CsrMatrix matrix =
      read("%%MatrixMarket matrix coordinate pattern general\n2 2 2\n2 1\n1 2\n");
  EXPECT_THAT(matrix.column, ElementsAre(1, 0));
  EXPECT_THAT(matrix.value, ElementsAre(1, 1));
}

TEST_F(MatrixMarket, SymmetricStorageIsExpandedFromEitherTriangle) {
  const CsrMatrix lower =
      read("%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 1\n3 1 2\n3 2 4\n");
  EXPECT_THAT(lower.row_start, ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(lower.column, ElementsAre(0, 2, 2, 0, 1));
  EXPECT_THAT(lower.value, ElementsAre(1, 2, 4, 2, 4));
  const CsrMatrix upper =
      read("%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n1 1 1\n1 3 2\n2 3 4\n");
  EXPECT_EQ(upper.column, lower.column);
  EXPECT_EQ(upper.value, lower.value);
}

TEST_F(MatrixMarket, SkewSymmetricMirrorChangesSign) {
  const CsrMatrix matrix =
      read("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n2 1 5\n");
  EXPECT_THAT(matrix.column, ElementsAre(1, 0));
  EXPECT_THAT(matrix.value, ElementsAre(-5, 5));
}

TEST_F(MatrixMarket, ArrayIsReadByColumns) {
  const CsrMatrix matrix =
      read("%%MatrixMarket matrix array real general\n2 3\n1\n2\n0\n4\n5\n6\n");
  EXPECT_THAT(matrix.row_start, ElementsAre(0, 3, 6));
  EXPECT_THAT(matrix.value, ElementsAre(1, 0, 5, 2, 4, 6));
}

TEST_F(MatrixMarket, SymmetricArrayHoldsTheLowerTriangle) {
  const CsrMatrix symmetric = read("%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n");
  EXPECT_THAT(symmetric.value, ElementsAre(1, 2, 2, 3));
  const CsrMatrix skew = read("%%MatrixMarket matrix array integer skew-symmetric\n3 3\n1\n2\n3\n");
  EXPECT_THAT(skew.row_start, ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(skew.column, ElementsAre(1, 2, 0, 2, 0, 1));
  EXPECT_THAT(skew.value, ElementsAre(-1, -2, 1, -3, 2, 3));
}

TEST_F(MatrixMarket, WindowsLinesTabsAndAMissingLastNewlineAreFine) {
  const CsrMatrix matrix = read(
      "%%matrixmarket MATRIX Coordinate Real General\r\n\r\n2\t2\t2\r\n1 1 1\r\n\t2  2 1e-400");
  EXPECT_THAT(matrix.value, ElementsAre(1, 0));
}

TEST_F(MatrixMarket, GzipIsRecognisedByItsFirstBytes) {
  const std::string text = "%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 0.1\n";
  EXPECT_THAT(read_matrix_market(write_gzip("named-plain.mtx", text)).value, ElementsAre(0.1));
  EXPECT_THAT(read_matrix_market(write("named-gzip.mtx.gz", text)).value, ElementsAre(0.1));
}

TEST_F(MatrixMarket, WrittenMatrixReadsBackToTheSameBits) {
  // 240 KB of text per 10,000 entries: long enough for several blocks.
  const CsrMatrix matrix = tensor::generate("uniform:rows=3000,cols=2000,nnz=60000,seed=3");
  for (const std::string name : {"m.mtx", "m.mtx.gz"}) {
    tensor::write_matrix_market(path(name), matrix);
    const CsrMatrix again = read_matrix_market(path(name));
    EXPECT_EQ(again.rows, matrix.rows);
    EXPECT_EQ(again.cols, matrix.cols);
    EXPECT_EQ(again.row_start, matrix.row_start);
    EXPECT_EQ(again.column, matrix.column);
    EXPECT_EQ(again.value, matrix.value);
  }
  EXPECT_LT(std::filesystem::file_size(path("m.mtx.gz")),
            std::filesystem::file_size(path("m.mtx")) * 2 / 3);
}

TEST_F(MatrixMarket, WritingLeavesNothingBeside) {
  tensor::write_matrix_market(path("m.mtx"), tensor::generate("poisson2d:n=3"));
  const std::filesystem::path directory = path("m.mtx").parent_path();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
}

}  // namespace
}  // namespace weft::tests
