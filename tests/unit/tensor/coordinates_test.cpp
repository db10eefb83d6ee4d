// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/coordinates.h"

#include <gmock/gmock.h>

#include "kernels/tensor/transpose.h"

namespace weft::tests {
namespace {

using tensor::Coordinates;
using tensor::CsrMatrix;
using tensor::Duplicates;
using testing::ElementsAre;

const Coordinates kRepeated{
    .rows = 2, .cols = 3, .row = {1, 0, 1, 1}, .column = {2, 1, 0, 2}, .value = {1, 2, 3, 4}};

TEST(Coordinates, DuplicatesAreSummedOrTheFirstIsKept) {
  const CsrMatrix summed = csr_from_coordinates(kRepeated, Duplicates::Sum);
  EXPECT_THAT(summed.row_start, ElementsAre(0, 1, 3));
  EXPECT_THAT(summed.column, ElementsAre(1, 0, 2));
  EXPECT_THAT(summed.value, ElementsAre(2, 3, 5));
  EXPECT_THAT(csr_from_coordinates(kRepeated, Duplicates::KeepFirst).value, ElementsAre(2, 3, 1));
}

TEST(Coordinates, MissingValuesAreOnes) {
  const Coordinates pattern{.rows = 1, .cols = 2, .row = {0, 0}, .column = {1, 1}, .value = {}};
  EXPECT_THAT(csr_from_coordinates(pattern, Duplicates::Sum).value, ElementsAre(2));
}

TEST(Coordinates, EmptyListGivesEmptyRows) {
  const CsrMatrix matrix = csr_from_coordinates(
      {.rows = 2, .cols = 2, .row = {}, .column = {}, .value = {}}, Duplicates::Sum);
  EXPECT_THAT(matrix.row_start, ElementsAre(0, 0, 0));
  EXPECT_EQ(matrix.nnz(), 0);
}

TEST(Transpose, ExchangesRowsAndColumns) {
  const CsrMatrix matrix = transpose(csr_from_coordinates(kRepeated, Duplicates::Sum));
  EXPECT_EQ(matrix.rows, 3);
  EXPECT_EQ(matrix.cols, 2);
  EXPECT_THAT(matrix.row_start, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(matrix.column, ElementsAre(1, 0, 1));
  EXPECT_THAT(matrix.value, ElementsAre(3, 2, 5));
}

}  // namespace
}  // namespace weft::tests
