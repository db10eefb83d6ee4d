// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/tile_offsets.h"

#include <algorithm>

#include "kernels/dense/linear_access.h"

namespace weft::mapper {

TileOffsets::TileOffsets(const ir::Kernel& kernel, const StatementPlan& plan,
                         const std::vector<AxisOfRole>& axes)
    : plan_(plan), axes_(axes) {
  std::vector<std::string> names;
  for (const IndexWalk& index : plan.walk.indices) names.push_back(index.index);
  const dense::LinearAccess c = dense::linear_access(kernel, *plan.form.c, names);
  const dense::LinearAccess a = dense::linear_access(kernel, *plan.form.a, names);
  const dense::LinearAccess b = dense::linear_access(kernel, *plan.form.b, names);
  base_c_ = c.base;
  base_a_ = a.base;
  base_b_ = b.base;
  for (size_t i = 0; i < names.size(); ++i) {
    whole_.push_back({0, plan.walk.indices[i].extent, c.strides[i], a.strides[i], b.strides[i]});
  }
}

int64_t TileOffsets::coordinate(IndexRole role, const program::CtaCoordinates& at) const {
  const auto found = std::ranges::find(axes_, role, &AxisOfRole::role);
  if (found == axes_.end()) return 0;
  if (found->axis == GridAxis::Batch) return at.batch;
  return found->axis == GridAxis::M ? at.m : at.n;
}

/// The coordinate numbers the tiles of all dealt indices of the role, the last index fastest.
std::vector<TileOffsets::Range> TileOffsets::ranges(IndexRole role,
                                                    const program::CtaCoordinates& at) const {
  std::vector<Range> ranges;
  int64_t rest = coordinate(role, at);
  for (size_t i = plan_.walk.indices.size(); i-- > 0;) {
    const IndexWalk& index = plan_.walk.indices[i];
    if (index.role != role) continue;
    Range range = whole_[i];
    if (index.dealt) {
      range.begin = rest % index.tiles() * index.tile;
      range.end = std::min(range.begin + index.tile, index.extent);
      rest /= index.tiles();
    }
    ranges.insert(ranges.begin(), range);
  }
  return ranges;
}

RoleOffsets TileOffsets::of(IndexRole role, const program::CtaCoordinates& at) const {
  RoleOffsets offsets{{0}, {0}, {0}};
  for (const Range& range : ranges(role, at)) {
    RoleOffsets next;
    for (size_t i = 0; i < offsets.size(); ++i) {
      for (int64_t x = range.begin; x < range.end; ++x) {
        next.c.push_back(offsets.c[i] + x * range.c);
        next.a.push_back(offsets.a[i] + x * range.a);
        next.b.push_back(offsets.b[i] + x * range.b);
      }
    }
    offsets = std::move(next);
  }
  if (role != IndexRole::K || plan_.walk.split_k == 1) return offsets;
  const auto parts = static_cast<size_t>(plan_.walk.split_k);
  constexpr size_t kGroup = 4;  // of a 2:4 operand, which a part does not cut
  const size_t part = (offsets.size() + parts * kGroup - 1) / (parts * kGroup) * kGroup;
  const size_t begin = std::min(part * static_cast<size_t>(at.k), offsets.size());
  const size_t end = std::min(begin + part, offsets.size());
  for (auto* list : {&offsets.c, &offsets.a, &offsets.b}) {
    *list = std::vector<int64_t>(list->begin() + static_cast<std::ptrdiff_t>(begin),
                                 list->begin() + static_cast<std::ptrdiff_t>(end));
  }
  return offsets;
}

}  // namespace weft::mapper
