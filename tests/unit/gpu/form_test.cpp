// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/gpu/contraction_form.h"
#include "mapper/gpu/tile_walk.h"
#include "tests/support/gpu_kernels.h"

namespace weft::mapper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::load_gpu;
using testing_support::load_kernel;

ContractionForm form_of(const ir::Kernel& kernel, const std::string& statement) {
  base::Diagnostics diagnostics;
  const auto form = contraction_form(kernel, *kernel.find_statement(statement), diagnostics);
  diagnostics.throw_if_any();
  return *form;
}

TEST(ContractionForm, RolesFollowFromTheSubscripts) {
  const ir::Kernel kernel = load_kernel("monarch");
  const ContractionForm form = form_of(kernel, "second");  // Y[t, s*Lb + l] += W2[l,s,r] * T[...]
  EXPECT_THAT(form.of(IndexRole::Batch), ElementsAre("l"));
  EXPECT_THAT(form.of(IndexRole::M), ElementsAre("s"));
  EXPECT_THAT(form.of(IndexRole::N), ElementsAre("t"));
  EXPECT_THAT(form.of(IndexRole::K), ElementsAre("r"));
}

TEST(ContractionForm, TheSparseOperandIsA) {
  ir::Kernel kernel = load_kernel("gemm24");
  ir::Expression& value = kernel.statements[0].value;
  std::swap(value.operands[0], value.operands[1]);  // X[k,n] * W[m,k]
  const ContractionForm form = form_of(kernel, "mul");
  EXPECT_EQ(form.a->name, "W");
  EXPECT_THAT(form.of(IndexRole::M), ElementsAre("m"));
}

TEST(TileWalk, BandsOfTheSlowDimensionAreReadFromTheOrder) {
  ir::Kernel kernel = load_kernel("gemm", {{"M", "1000"}, {"N", "3000"}, {"dtype", "f16"}});
  ASSERT_THAT(testing_support::lower(kernel, load_gpu("a100-sxm-80gb")), IsEmpty());
  base::Diagnostics diagnostics;
  const auto walk = tile_walk(kernel, form_of(kernel, "mul"), diagnostics);
  ASSERT_TRUE(walk);
  ASSERT_EQ(walk->grid.size(), 2U);
  EXPECT_EQ(walk->grid[0].role, IndexRole::N);
  EXPECT_EQ(walk->grid[0].band, 8);
  EXPECT_EQ(walk->grid[1].role, IndexRole::M);
  const auto m = std::ranges::find(walk->indices, IndexRole::M, &IndexWalk::role);
  ASSERT_NE(m, walk->indices.end());
  EXPECT_EQ(walk->grid[1].tiles, (1000 + m->tile - 1) / m->tile);
}

TEST(TileWalk, AxesOfTheGridWinOverTheOrder) {
  ir::Kernel kernel = load_kernel("armor");
  ASSERT_THAT(testing_support::lower(kernel, load_gpu("h200")), IsEmpty());
  base::Diagnostics diagnostics;
  const auto walk = tile_walk(kernel, form_of(kernel, "core"), diagnostics);
  ASSERT_TRUE(walk);
  EXPECT_EQ(walk->grid[0].role, IndexRole::N);  // c1: cta.y
  EXPECT_EQ(walk->grid[1].role, IndexRole::M);  // i1: cta.x, fastest
}

}  // namespace
}  // namespace weft::mapper
