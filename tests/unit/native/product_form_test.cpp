// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/product_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/kernels.h"

namespace weft::native {
namespace {

using testing_support::load_kernel;
using testing_support::read_kernel;

std::vector<ProductForm> forms_of(const ir::Kernel& kernel) {
  std::vector<ProductForm> forms;
  for (const ir::Statement& statement : kernel.statements)
    forms.push_back(product_form(kernel, statement));
  return forms;
}

TEST(ProductForm, ColumnsAreWhatLiesCloserInTheResult) {
  const auto gemm = forms_of(load_kernel("gemm")).front();
  EXPECT_EQ(gemm.m.index + gemm.n.index + gemm.k.index, "mnk");
  EXPECT_EQ(gemm.a, "A");
  const auto layer = forms_of(load_kernel("blockdiag")).front();
  EXPECT_EQ(layer.m.index + layer.n.index + layer.k.index, "toi") << "tokens are rows";
  EXPECT_EQ(layer.a, "X");
  EXPECT_EQ(layer.batch.size(), 32U);
  EXPECT_EQ(layer.batch[3].a, 3 * 128);
  EXPECT_EQ(layer.batch[3].b, 3 * 128 * 128);
}

TEST(ProductForm, APermutationIsAStride) {
  const auto second = forms_of(load_kernel("monarch")).at(1);
  EXPECT_EQ(second.a, "T");
  EXPECT_EQ(second.k.step.a, 32);
  EXPECT_EQ(second.n.step.c, 32);
  EXPECT_EQ(second.batch[5].a, 5);
}

TEST(ProductForm, OnlyATwoFourOperandIsStructured) {
  const auto armor = forms_of(load_kernel("armor"));
  EXPECT_FALSE(armor[0].structured_a);
  EXPECT_TRUE(armor[1].structured_a);
  EXPECT_FALSE(armor[2].structured_a);
}

TEST(TokenIndex, IsTheIndexThatEveryStatementKeeps) {
  EXPECT_EQ(token_index(forms_of(load_kernel("monarch"))), "t");
  EXPECT_EQ(token_index(forms_of(load_kernel("armor"))), "c");
  EXPECT_EQ(token_index(forms_of(load_kernel("lowrank"))), "c");
}

TEST(ProductForm, RefusesOtherStatementsWithTheirPlace) {
  const ir::Kernel sampled = load_kernel("sddmm");
  EXPECT_THROW(product_form(sampled, sampled.statements.front()), base::UserError);
  const ir::Kernel two_sums = read_kernel(R"(kir: 1
kernel: two
params: {N: 8}
index: {i: N, j: N, k: N, l: N}
tensors:
  A: {dtype: f32, dims: [i, k, l], levels: [dense(i), dense(k), dense(l)]}
  B: {dtype: f32, dims: [k, l, j], levels: [dense(k), dense(l), dense(j)]}
  C: {dtype: f32, dims: [i, j], levels: [dense(i), dense(j)]}
compute:
  - mul: C[i,j] += A[i,k,l] * B[k,l,j]
)");
  try {
    product_form(two_sums, two_sums.statements.front());
    FAIL() << "expected a UserError";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "k.yaml:10: statement mul: expected a batch of products of two matrices for a "
                 "native run, found two indices for the sum: k and l");
  }
}

TEST(ProductForm, RefusesRowsOfATwoFourTensorThatAreNoGroupsOfFour) {
  const ir::Kernel kernel = load_kernel("gemm24", {{"K", "6"}});
  try {
    product_form(kernel, kernel.statements.front());
    FAIL() << "expected a UserError";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("a 2:4 tensor W with rows of 6, which is no multiple of 4"));
  }
}

}  // namespace
}  // namespace weft::native
