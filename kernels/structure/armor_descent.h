// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/structure/armor.h"
#include "kernels/structure/block_matrix.h"
#include "kernels/structure/sparse_core.h"

namespace weft::structure {

/// A, the core, and B at one moment of the descent.
struct ArmorIterate {
  BlockMatrix a;     // one column of blocks
  BlockMatrix core;  // zero where the mask is
  BlockMatrix mask;  // 1 where the core keeps a value
  BlockMatrix b;     // one row of blocks
};

/// The state of ARMOR's descent on a normalised weight: loss |A S B - W|^2, the error of each
/// column weighted by `column_weights`. One sweep over all blocks computes every product once: what
/// the sparse-core step changes has rank one in each block, so residual and gradient follow it
/// without another product.
class ArmorDescent {
 public:
  ArmorDescent(const Matrix& weights, const Matrix& mask, const Vector& column_weights,
               const ArmorOptions& options);

  /// The sparse-core step: in every block, one group of four gets its best mask and values. Leaves
  /// the gradients of all three factors where it ends.
  ArmorStep improve_core(int iteration);

  /// The continuous step: one of Adam on A, B and the kept values. `step` counts from 1.
  void improve_values(int step);

  const ArmorIterate& iterate() const { return now_; }

 private:
  /// What one block needs between its products.
  struct BlockWork;

  ArmorStep improve_block(int64_t i, int64_t j, uint64_t draw, BlockWork& work);
  void improve_group(int64_t i, int64_t j, uint64_t draw, BlockWork& work);

  Eigen::Map<const Eigen::VectorXf> column_weights(int64_t j) const {
    return {column_weights_.data() + j * target_.block(), target_.block()};
  }

  ArmorOptions options_;
  BlockMatrix target_;
  Eigen::VectorXf column_weights_;
  ArmorIterate now_;
  BlockMatrix a_gram_;          // A^T A of each block
  BlockMatrix b_gram_;          // B D B^T of each block, D the column weights
  BlockMatrix partial_;         // A S
  BlockMatrix weighted_;        // (A S B - W) D
  ArmorIterate gradient_;       // half of it; its mask is unused
  ArmorIterate mean_, square_;  // Adam's moments
  int64_t operations_;          // of one row of blocks, at least
};

}  // namespace weft::structure
