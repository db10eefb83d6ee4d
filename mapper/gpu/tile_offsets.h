// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/ir/kernel.h"
#include "mapper/gpu/statement_plan.h"

namespace weft::mapper {

/// Where a tile finds its elements: for every combination of the indices of a role in the tile, in
/// row-major order, what it adds to the places in C, A and B.
struct RoleOffsets {
  std::vector<int64_t> c, a, b;
  size_t size() const { return c.size(); }
};

/// The places of the elements that the CTAs of one statement work on.
class TileOffsets {
 public:
  TileOffsets(const ir::Kernel& kernel, const StatementPlan& plan,
              const std::vector<AxisOfRole>& axes);

  /// The combinations of a role's indices that the CTA at `at` covers; of k its part of a split.
  RoleOffsets of(IndexRole role, const program::CtaCoordinates& at) const;

  int64_t base_c() const { return base_c_; }
  int64_t base_a() const { return base_a_; }
  int64_t base_b() const { return base_b_; }

 private:
  struct Range {
    int64_t begin = 0;
    int64_t end = 0;
    int64_t c = 0, a = 0, b = 0;  // strides
  };

  std::vector<Range> ranges(IndexRole role, const program::CtaCoordinates& at) const;
  int64_t coordinate(IndexRole role, const program::CtaCoordinates& at) const;

  const StatementPlan& plan_;
  const std::vector<AxisOfRole>& axes_;
  int64_t base_c_ = 0, base_a_ = 0, base_b_ = 0;
  std::vector<Range> whole_;  // [index of plan.walk.indices]
};

}  // namespace weft::mapper
