// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/block_forms.h"

#include <utility>

#include "kernels/structure/svd.h"

namespace weft::structure {

std::vector<Factor> project_low_rank(const Matrix& weight, const LowRank& form) {
  const ThinProduct product = nearest_of_rank(weight, form.rank);
  return {matrix_factor("U", product.left), matrix_factor("V", product.right)};
}

Matrix expand_low_rank(const std::vector<Factor>& factors, const LowRank& form) {
  return as_matrix(factors[0], factors[0].shape[0]) * as_matrix(factors[1], form.rank);
}

std::vector<Factor> project_block_dense(const Matrix& weight, const BlockDense& form) {
  const int64_t width = weight.cols() / form.blocks;
  const int64_t rank = form.rank / form.blocks;
  Matrix u(weight.rows(), form.rank);
  Matrix v(form.rank, width);
  for (int64_t b = 0; b < form.blocks; ++b) {
    const ThinProduct product = nearest_of_rank(weight.middleCols(b * width, width), rank);
    u.middleCols(b * rank, rank) = product.left;
    v.middleRows(b * rank, rank) = product.right;
  }
  Factor blocks = matrix_factor("V", v);
  blocks.shape = {form.blocks, rank, width};
  return {matrix_factor("U", u), std::move(blocks)};
}

Matrix expand_block_dense(const std::vector<Factor>& factors, const BlockDense& form) {
  const auto u = as_matrix(factors[0], factors[0].shape[0]);
  const auto v = as_matrix(factors[1], form.rank);
  const int64_t rank = form.rank / form.blocks;
  Matrix weight(u.rows(), form.blocks * v.cols());
  for (int64_t b = 0; b < form.blocks; ++b) {
    weight.middleCols(b * v.cols(), v.cols()) =
        u.middleCols(b * rank, rank) * v.middleRows(b * rank, rank);
  }
  return weight;
}

std::vector<Factor> project_block_diagonal(const Matrix& weight, const BlockDiagonal& form) {
  const int64_t height = weight.rows() / form.blocks;
  const int64_t width = weight.cols() / form.blocks;
  Matrix stacked(weight.rows(), width);
  for (int64_t b = 0; b < form.blocks; ++b)
    stacked.middleRows(b * height, height) = weight.block(b * height, b * width, height, width);
  Factor blocks = matrix_factor("W", stacked);
  blocks.shape = {form.blocks, height, width};
  return {std::move(blocks)};
}

Matrix expand_block_diagonal(const std::vector<Factor>& factors, const BlockDiagonal& form) {
  const int64_t height = factors[0].shape[1];
  const int64_t width = factors[0].shape[2];
  const auto stacked = as_matrix(factors[0], form.blocks * height);
  Matrix weight = Matrix::Zero(form.blocks * height, form.blocks * width);
  for (int64_t b = 0; b < form.blocks; ++b)
    weight.block(b * height, b * width, height, width) = stacked.middleRows(b * height, height);
  return weight;
}

}  // namespace weft::structure
