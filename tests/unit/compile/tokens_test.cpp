// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/generate.h"
#include "tests/support/smash.h"
#include "tests/unit/compile/bare_machine.h"

namespace weft::tests {
namespace {

using mapper::SpgemmPlan;
using testing::ElementsAre;

/// Row 0 is full, every other row has its diagonal.
tensor::CsrMatrix hub(int64_t size) {
  tensor::Coordinates list{.rows = size, .cols = size, .row = {}, .column = {}, .value = {}};
  for (int32_t i = 0; i < size; ++i) {
    list.row.push_back(0);
    list.column.push_back(i);
    list.value.push_back(1);
    if (i == 0) continue;
    list.row.push_back(i);
    list.column.push_back(i);
    list.value.push_back(2);
  }
  return csr_from_coordinates(std::move(list), tensor::Duplicates::Sum);
}

TEST(Tokens, AreRowsWithoutAGrain) {
  const tensor::CsrMatrix matrix = hub(4);
  EXPECT_THAT(mapper::first_tokens(mapper::count_operands(matrix, matrix), 0),
              ElementsAre(0, 1, 2, 3, 4));
}

/// Row 0 meets rows of 6, 1, 1, 1, 1 and 1 products, and one of 6 is cut no further.
TEST(Tokens, AreCutBeforeTheyExceedTheGrain) {
  const tensor::CsrMatrix matrix = hub(6);
  const mapper::SpgemmOperands operands = mapper::count_operands(matrix, matrix);
  EXPECT_THAT(mapper::first_tokens(operands, 4), ElementsAre(0, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(mapper::first_tokens(operands, 7), ElementsAre(0, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(mapper::first_tokens(operands, 11), ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(Tokens, ShareAHubRowAmongTheThreads) {
  const tensor::CsrMatrix a = hub(2000), b = tensor::generate("banded:n=2000,half_bandwidth=4");
  SpgemmPlan rows = smash_plan(2, 65536);
  SpgemmPlan tokens = rows;
  tokens.grain = 256;
  const BareRun whole = simulate({}, rows, a, b), shared = simulate({}, tokens, a, b);
  EXPECT_TRUE(whole.report.passed) << whole.report.first_mismatch;
  EXPECT_TRUE(shared.report.passed) << shared.report.first_mismatch;
  EXPECT_EQ(whole.products, shared.products);
  EXPECT_LT(2 * shared.cycles, whole.cycles);
}

}  // namespace
}  // namespace weft::tests
