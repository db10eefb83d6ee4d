// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/spgemm_count.h"

#include <gmock/gmock.h>

#include "kernels/tensor/generate.h"

namespace weft::tests {
namespace {

using tensor::CsrMatrix;
using testing::ElementsAre;

// A = [x x .]   B = [x .]   A * B = [x x]
//     [. . x]       [x x]           [. .]
//                   [. .]
const CsrMatrix kA{
    .rows = 2, .cols = 3, .row_start = {0, 2, 3}, .column = {0, 1, 2}, .value = {1, 1, 1}};
const CsrMatrix kB{
    .rows = 3, .cols = 2, .row_start = {0, 1, 3, 3}, .column = {0, 0, 1}, .value = {1, -1, 1}};

TEST(SpgemmCount, ProductsFollowTheSelectedRows) {
  EXPECT_THAT(products_per_row(kA, kB), ElementsAre(3, 0));
  EXPECT_EQ(count_products(kA, kB), 3);
}

TEST(SpgemmCount, CancelledEntriesAreEntries) {
  EXPECT_THAT(product_row_nnz(kA, kB), ElementsAre(2, 0));
}

TEST(SpgemmCount, CompulsoryBytesCountWhatIsNeededOnce) {
  CsrMatrix b = kB;
  EXPECT_EQ(compulsory_bytes(kA, b, 2), (8 * 3 + 12 * 3) + (8 * 4 + 12 * 3) + (8 * 3 + 12 * 2));
  // No entry of this A selects row 1 of B, which then need not be read.
  const CsrMatrix a{
      .rows = 2, .cols = 3, .row_start = {0, 1, 2}, .column = {0, 2}, .value = {1, 1}};
  EXPECT_EQ(compulsory_bytes(a, b, 1), (8 * 3 + 12 * 2) + (8 * 3 + 12 * 1) + (8 * 3 + 12 * 1));
}

TEST(SpgemmCount, SquareOfAMatrixReadsItOnce) {
  const CsrMatrix a = tensor::generate("poisson2d:n=4");
  const tensor::SpgemmWork work = count_spgemm(a, a);
  EXPECT_EQ(work.flops, 2 * work.products);
  EXPECT_EQ(work.compulsory_bytes, (8 * 17 + 12 * a.nnz()) + (8 * 17 + 12 * work.nnz_out));
}

TEST(SpgemmCount, BlockDiagonalSquareHasKnownCounts) {
  const CsrMatrix a = tensor::generate("blockdiag:blocks=10,block=8");
  const tensor::SpgemmWork work = count_spgemm(a, a);
  EXPECT_EQ(work.products, 10 * 8 * 8 * 8);
  EXPECT_EQ(work.nnz_out, a.nnz());
}

}  // namespace
}  // namespace weft::tests
