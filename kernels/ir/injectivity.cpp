// SPDX-License-Identifier: Apache-2.0
// The levels of a tensor map a coordinate tuple (i, j, ...) to a tuple of level coordinates, its
// slot. Storage is sound only if the map is injective. Rather than reason about / and %, the check
// evaluates the map on small coordinates and looks for a slot that comes twice.
#include <algorithm>
#include <cmath>
#include <set>

#include "kernels/ir/check.h"

namespace weft::ir {

namespace {

// Coordinates looked at per box: small enough to check every tensor at every load.
constexpr int64_t kBoxPoints = 2048;

/// Every level map of a tensor, and the slots seen so far.
class SlotMap {
 public:
  SlotMap(const Tensor& tensor, const Bindings& params) : tensor_(tensor), params_(params) {}

  /// False where the slot of the coordinate was taken before.
  bool add(const std::vector<int64_t>& coordinate) {
    Bindings bindings = params_;
    for (size_t i = 0; i < coordinate.size(); ++i) {
      bindings.bind(tensor_.dims[i].name, coordinate[i]);
    }
    std::vector<int64_t> slot;
    for (const Level& level : tensor_.levels) {
      const auto value = evaluate_point(level.coordinate, bindings);
      if (!value) return true;
      if (level.type != LevelType::Affine) {
        slot.push_back(*value);
      } else if (level.equals && evaluate_point(*level.equals, bindings) != value) {
        return true;
      }
    }
    return slots_.insert(std::move(slot)).second;
  }

 private:
  const Tensor& tensor_;
  const Bindings& params_;
  std::set<std::vector<int64_t>> slots_;
};

/// Adds every coordinate of the box from the origin; false at the first clash.
bool box_is_injective(const Tensor& tensor, const Bindings& params,
                      const std::vector<int64_t>& box) {
  SlotMap slots(tensor, params);
  std::vector<int64_t> at(box.size(), 0);
  while (true) {
    if (!slots.add(at)) return false;
    size_t dim = 0;
    while (dim < box.size() && ++at[dim] == box[dim]) at[dim++] = 0;
    if (dim == box.size()) return true;
  }
}

/// Whether every dimension is itself the coordinate of a stored level, as in all formats without
/// blocks: then a slot says what its coordinate was, and there is nothing to look for.
bool stores_every_dimension(const Tensor& tensor) {
  return std::ranges::all_of(tensor.dims, [&](const auto& dim) {
    return std::ranges::any_of(tensor.levels, [&](const Level& level) {
      return level.type != LevelType::Affine && level.coordinate.kind == Expression::Kind::Name &&
             level.coordinate.name == dim.name;
    });
  });
}

}  // namespace

bool levels_are_injective(const Tensor& tensor, const std::vector<int64_t>& shape,
                          const Bindings& params) {
  if (shape.empty() || stores_every_dimension(tensor)) return true;
  const double rank = static_cast<double>(shape.size());
  const auto side = std::max<int64_t>(2, std::llround(std::floor(std::pow(kBoxPoints, 1 / rank))));
  std::vector<int64_t> corner = shape;
  for (int64_t& extent : corner) extent = std::min(extent, side);
  if (!box_is_injective(tensor, params, corner)) return false;
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    std::vector<int64_t> edge(shape.size(), 1);
    edge[dim] = std::min(shape[dim], kBoxPoints);
    if (!box_is_injective(tensor, params, edge)) return false;
  }
  return true;
}

}  // namespace weft::ir
