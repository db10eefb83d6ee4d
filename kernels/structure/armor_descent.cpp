// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/armor_descent.h"

#include <numeric>
#include <vector>

#include "base/random.h"
#include "kernels/structure/adam.h"
#include "kernels/structure/parallel.h"

namespace weft::structure {

namespace {

BlockMatrix identities(int64_t rows, int64_t cols, int64_t block) {
  BlockMatrix result(rows, cols, block);
  for (int64_t i = 0; i < result.block_rows(); ++i) {
    for (int64_t j = 0; j < result.block_cols(); ++j) result.at(i, j).setIdentity();
  }
  return result;
}

ArmorIterate zeros_like(const ArmorIterate& iterate) {
  const int64_t block = iterate.core.block();
  const int64_t rows = iterate.core.block_rows() * block;
  const int64_t cols = iterate.core.block_cols() * block;
  return {BlockMatrix(rows, block, block), BlockMatrix(rows, cols, block), BlockMatrix(),
          BlockMatrix(block, cols, block)};
}

/// A number of its own for every block of every iteration, so that the result does not depend on
/// who works on which block.
uint64_t draw_of(uint64_t seed, int iteration, int64_t block) {
  base::SplitMix64 seeds(seed);
  base::SplitMix64 iterations(seeds.next() + static_cast<uint64_t>(iteration));
  return base::SplitMix64(iterations.next() + static_cast<uint64_t>(block)).next();
}

/// A group drawn with probability proportional to the sum of |gradient| over its four: the index of
/// its first element in row-major order.
int64_t draw_group(const Block& gradient, uint64_t draw) {
  std::vector<float> weights(static_cast<size_t>(gradient.size() / kGroup));
  for (size_t g = 0; g < weights.size(); ++g) {
    const Eigen::Map<const Eigen::Vector4f> group(gradient.data() + kGroup * g);
    weights[g] = group.lpNorm<1>();
  }
  double left = std::accumulate(weights.begin(), weights.end(), 0.0) *
                (static_cast<double>(draw >> 11) * 0x1p-53);
  size_t chosen = 0;
  while (chosen + 1 < weights.size() && left >= weights[chosen]) left -= weights[chosen++];
  return static_cast<int64_t>(chosen) * kGroup;
}

double weighted_square(const Block& residual, const Eigen::VectorXf& weights) {
  double sum = 0;
  for (int64_t row = 0; row < residual.rows(); ++row) {
    sum += static_cast<double>(
        (residual.row(row).array().square() * weights.transpose().array()).sum());
  }
  return sum;
}

}  // namespace

struct ArmorDescent::BlockWork {
  Block residual;  // A S B - W
  Block right;     // residual D B^T
  Block core;      // A^T residual D B^T, half of the gradient of the unmasked core
};

ArmorDescent::ArmorDescent(const Matrix& weights, const Matrix& mask, const Vector& column_weights,
                           const ArmorOptions& options)
    : options_(options),
      target_(weights, options.block),
      column_weights_(column_weights.cast<float>()),
      now_{identities(weights.rows(), options.block, options.block),
           BlockMatrix(weights.cwiseProduct(mask), options.block), BlockMatrix(mask, options.block),
           identities(options.block, weights.cols(), options.block)},
      a_gram_(weights.rows(), options.block, options.block),
      b_gram_(options.block, weights.cols(), options.block),
      partial_(weights.rows(), weights.cols(), options.block),
      weighted_(partial_),
      gradient_(zeros_like(now_)),
      mean_(gradient_),
      square_(gradient_),
      operations_(weights.cols() * options.block) {}

void ArmorDescent::improve_group(int64_t i, int64_t j, uint64_t draw, BlockWork& work) {
  const int64_t at = draw_group(work.core, draw);
  const int64_t row = at / target_.block();
  const int64_t col = at % target_.block();
  const auto gram_rows = b_gram_.at(0, j).middleRows(col, kGroup);
  auto core = now_.core.at(i, j);
  const Group old = core.row(row).segment<kGroup>(col).transpose().cast<double>();

  GroupLoss loss;
  loss.scale = static_cast<double>(a_gram_.at(i, 0)(row, row));
  if (loss.scale <= 0) return;  // nothing of this row reaches the result
  loss.gram = gram_rows.middleCols<kGroup>(col).cast<double>();
  const Group slope_here = work.core.row(row).segment<kGroup>(col).transpose().cast<double>();
  loss.slope = slope_here - loss.scale * (loss.gram * old);
  const BestGroup best = best_group(loss);
  if (loss_of(loss, best.values) >= loss_of(loss, old)) return;

  core.row(row).segment<kGroup>(col) = best.values.transpose().cast<float>();
  auto mask = now_.mask.at(i, j).row(row).segment<kGroup>(col);
  mask.setZero();
  for (const int kept : best.kept) mask(kept) = 1;

  const Eigen::RowVector4f change = (best.values - old).transpose().cast<float>();
  const Eigen::RowVectorXf seen = change * gram_rows;
  const Eigen::VectorXf a_column = now_.a.at(i, 0).col(row);
  work.residual += a_column * (change * now_.b.at(0, j).middleRows(col, kGroup));
  work.right += a_column * seen;
  work.core += a_gram_.at(i, 0).col(row) * seen;
  partial_.at(i, j).middleCols<kGroup>(col) += a_column * change;
}

ArmorStep ArmorDescent::improve_block(int64_t i, int64_t j, uint64_t draw, BlockWork& work) {
  const auto weights = column_weights(j);
  const auto a = now_.a.at(i, 0);
  const auto b = now_.b.at(0, j);
  partial_.at(i, j).noalias() = a * now_.core.at(i, j);
  work.residual.noalias() = partial_.at(i, j) * b;
  work.residual -= target_.at(i, j);
  weighted_.at(i, j).noalias() = work.residual * weights.asDiagonal();
  work.right.noalias() = weighted_.at(i, j) * b.transpose();
  work.core.noalias() = a.transpose() * work.right;

  ArmorStep loss{weighted_square(work.residual, weights), 0};
  improve_group(i, j, draw, work);
  loss.after_core = weighted_square(work.residual, weights);
  weighted_.at(i, j).noalias() = work.residual * weights.asDiagonal();
  gradient_.core.at(i, j) = work.core.cwiseProduct(now_.mask.at(i, j));
  gradient_.a.at(i, 0).noalias() += work.right * now_.core.at(i, j).transpose();
  return loss;
}

ArmorStep ArmorDescent::improve_core(int iteration) {
  const int64_t block_rows = target_.block_rows();
  const int64_t block_cols = target_.block_cols();
  parallel_for(block_cols, operations_, [&](int64_t j) {
    const auto b = now_.b.at(0, j);
    const Block weighted = b * column_weights(j).asDiagonal();
    b_gram_.at(0, j).noalias() = weighted * b.transpose();
  });
  std::vector<ArmorStep> losses(static_cast<size_t>(block_rows));
  parallel_for(block_rows, operations_, [&](int64_t i) {
    const auto a = now_.a.at(i, 0);
    a_gram_.at(i, 0).noalias() = a.transpose() * a;
    gradient_.a.at(i, 0).setZero();
    BlockWork work;
    ArmorStep& row_loss = losses[static_cast<size_t>(i)];
    row_loss = {0, 0};
    for (int64_t j = 0; j < block_cols; ++j) {
      const uint64_t draw = draw_of(options_.seed, iteration, i * block_cols + j);
      const ArmorStep loss = improve_block(i, j, draw, work);
      row_loss.before_core += loss.before_core;
      row_loss.after_core += loss.after_core;
    }
  });
  ArmorStep total{0, 0};
  for (const ArmorStep& loss : losses) {
    total.before_core += loss.before_core;
    total.after_core += loss.after_core;
  }
  return total;
}

void ArmorDescent::improve_values(int step) {
  const AdamRate rate(options_.learning_rate, step);
  parallel_for(target_.block_cols(), operations_, [&](int64_t j) {
    auto gradient = gradient_.b.at(0, j);
    gradient.setZero();
    for (int64_t i = 0; i < target_.block_rows(); ++i)
      gradient.noalias() += partial_.at(i, j).transpose() * weighted_.at(i, j);
  });
  // Gradients are twice the products above.
  parallel_for(target_.block_rows(), operations_, [&](int64_t i) {
    rate.apply(now_.a.at(i, 0), 2 * gradient_.a.at(i, 0), mean_.a.at(i, 0), square_.a.at(i, 0));
    for (int64_t j = 0; j < target_.block_cols(); ++j) {
      rate.apply(now_.core.at(i, j), 2 * gradient_.core.at(i, j), mean_.core.at(i, j),
                 square_.core.at(i, j));
      now_.core.at(i, j).array() *= now_.mask.at(i, j).array();
    }
  });
  parallel_for(target_.block_cols(), operations_, [&](int64_t j) {
    rate.apply(now_.b.at(0, j), 2 * gradient_.b.at(0, j), mean_.b.at(0, j), square_.b.at(0, j));
  });
}

}  // namespace weft::structure
