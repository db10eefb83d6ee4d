// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/structure.h"

#include <algorithm>
#include <bit>

namespace weft::structure {

namespace {

/// Every stored value is used once for each token.
Cost plain(int64_t parameters) {
  return {static_cast<double>(parameters), static_cast<double>(parameters), 0};
}

Cost sparse(int64_t rows, int64_t cols, const NmSparse& form) {
  Cost cost = plain(rows * (cols / form.group) * form.kept);
  cost.index_bits =
      cost.parameters * static_cast<double>(std::bit_width(static_cast<uint64_t>(form.group - 1)));
  return cost;
}

struct CostOf {
  int64_t rows;
  int64_t cols;

  Cost operator()(const Dense&) const { return plain(rows * cols); }
  Cost operator()(const LowRank& form) const { return plain((rows + cols) * form.rank); }
  Cost operator()(const BlockDense& form) const {
    return plain(form.rank * rows + form.rank * cols / form.blocks);
  }
  Cost operator()(const BlockDiagonal& form) const { return plain(rows * cols / form.blocks); }
  Cost operator()(const Monarch& form) const {
    return plain(form.k * form.q * form.p + form.l * form.s * form.r);
  }
  Cost operator()(const MmStar& form) const {
    return plain(form.k * form.m * form.p + form.m * form.l * form.k + form.l * form.s * form.m);
  }
  Cost operator()(const NmSparse& form) const { return sparse(rows, cols, form); }
  Cost operator()(const Armor& form) const {
    const Cost core = sparse(rows, cols, NmSparse{});
    const Cost sides = plain((rows + cols) * form.block);
    return {core.parameters + sides.parameters, core.macs_per_token + sides.macs_per_token,
            core.index_bits};
  }
  Cost operator()(const Butterfly&) const {
    return plain(2 * cols * std::countr_zero(static_cast<uint64_t>(cols)));
  }
};

}  // namespace

Cost cost_of(const Structure& structure) {
  return std::visit(CostOf{structure.rows, structure.cols}, structure.form);
}

Monarch block_shuffle(int64_t rows, int64_t cols, int64_t blocks) {
  const int64_t middle = std::min(rows, cols) / blocks;
  return {blocks, middle, cols / blocks, blocks, rows / blocks, middle};
}

}  // namespace weft::structure
