// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/verify.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

namespace weft::tests {
namespace {

using tensor::CsrMatrix;
using tensor::verify_product;
using tensor::VerifyReport;

// A * A with A = [1 2; 0 4; in row 1 the stored zero]: [1 2; 0 4] squared = [1 10; 0 16].
const CsrMatrix kTwoRows{
    .rows = 2, .cols = 2, .row_start = {0, 2, 4}, .column = {0, 1, 0, 1}, .value = {1, 2, 0, 4}};
const CsrMatrix kSquare{
    .rows = 2, .cols = 2, .row_start = {0, 2, 4}, .column = {0, 1, 0, 1}, .value = {1, 10, 0, 16}};

TEST(VerifyProduct, AcceptsTheProductInAnyColumnOrder) {
  CsrMatrix c = kSquare;
  std::swap(c.column[0], c.column[1]);
  std::swap(c.value[0], c.value[1]);
  const VerifyReport report = verify_product(kTwoRows, kTwoRows, c);
  EXPECT_TRUE(report.passed);
  EXPECT_EQ(report.entries, 4);
  EXPECT_EQ(report.max_rel_error, 0);
  EXPECT_EQ(report.first_mismatch, "");
}

TEST(VerifyProduct, NoticesAWrongValue) {
  CsrMatrix c = kSquare;
  c.value[1] = 10.5;
  const VerifyReport report = verify_product(kTwoRows, kTwoRows, c);
  EXPECT_FALSE(report.passed);
  EXPECT_EQ(report.max_rel_error, 0.05);
  EXPECT_EQ(report.first_mismatch,
            "row 0, column 1: expected 10, found 10.5 (error 5.00e-02 of the sum of |a*b|)");
}

TEST(VerifyProduct, NoticesAValueThatIsNoNumber) {
  CsrMatrix c = kSquare;
  c.value[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(verify_product(kTwoRows, kTwoRows, c).passed);
  c.value[1] = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(verify_product(kTwoRows, kTwoRows, c).passed);
}

TEST(VerifyProduct, NoticesAnyValueInPlaceOfASumOfZeros) {
  CsrMatrix c = kSquare;
  c.value[2] = 1e-300;
  EXPECT_FALSE(verify_product(kTwoRows, kTwoRows, c).passed);
}

TEST(VerifyProduct, NoticesAMissingEntry) {
  const CsrMatrix c{
      .rows = 2, .cols = 2, .row_start = {0, 1, 3}, .column = {0, 0, 1}, .value = {1, 0, 16}};
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch,
            "row 0, column 1: expected 10, found no entry");
}

TEST(VerifyProduct, NoticesAMissingEntryOfValueZero) {
  const CsrMatrix c{
      .rows = 2, .cols = 2, .row_start = {0, 2, 3}, .column = {0, 1, 1}, .value = {1, 10, 16}};
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch,
            "row 1, column 0: expected 0, found no entry");
}

TEST(VerifyProduct, NoticesAnAdditionalEntry) {
  const CsrMatrix diagonal{
      .rows = 2, .cols = 2, .row_start = {0, 1, 2}, .column = {0, 1}, .value = {1, 4}};
  const CsrMatrix c{
      .rows = 2, .cols = 2, .row_start = {0, 2, 3}, .column = {0, 1, 1}, .value = {1, 0, 16}};
  EXPECT_EQ(verify_product(diagonal, diagonal, c).first_mismatch,
            "row 0, column 1: expected no entry, found 0");
}

TEST(VerifyProduct, NoticesARepeatedEntry) {
  CsrMatrix c = kSquare;
  c.column[1] = 0;
  c.value[1] = 1;
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch,
            "row 0, column 0: expected one entry, found two");
}

TEST(VerifyProduct, NoticesAColumnOutsideTheMatrix) {
  CsrMatrix c = kSquare;
  c.column[3] = 2;
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch,
            "row 1: expected a column below 2, found 2");
  c.column[3] = -1;
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch,
            "row 1: expected a column below 2, found -1");
}

TEST(VerifyProduct, NamesTheLowestWrongRow) {
  CsrMatrix c = kSquare;
  c.value[3] = 1;
  c.value[0] = 2;
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch.substr(0, 5), "row 0");
}

TEST(VerifyProduct, NoticesAWrongSize) {
  CsrMatrix c = kSquare;
  c.cols = 3;
  EXPECT_EQ(verify_product(kTwoRows, kTwoRows, c).first_mismatch,
            "expected a product of 2 x 2, found 2 x 3");
}

TEST(VerifyProduct, MeasuresErrorAgainstWhatWasAdded) {
  // 1 - 1 leaves 1e-13 after rounding elsewhere: far off relative to the sum, right relative to its
  // terms.
  const CsrMatrix a{.rows = 1, .cols = 2, .row_start = {0, 2}, .column = {0, 1}, .value = {1, 1}};
  const CsrMatrix b{
      .rows = 2, .cols = 1, .row_start = {0, 1, 2}, .column = {0, 0}, .value = {1, -1}};
  const CsrMatrix c{.rows = 1, .cols = 1, .row_start = {0, 1}, .column = {0}, .value = {1e-13}};
  const VerifyReport report = verify_product(a, b, c);
  EXPECT_TRUE(report.passed);
  EXPECT_EQ(report.max_rel_error, 5e-14);
}

}  // namespace
}  // namespace weft::tests
