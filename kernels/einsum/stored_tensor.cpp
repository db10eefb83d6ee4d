// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/stored_tensor.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/einsum/index_form.h"
#include "kernels/ir/evaluate.h"

namespace weft::einsum {

using ir::LevelType;

namespace {

constexpr int kDefaultCoordinateBits = 32;
constexpr int kDefaultPositionBits = 64;

uint32_t bytes_of_bits(int bits, int otherwise) {
  return static_cast<uint32_t>(((bits == 0 ? otherwise : bits) + 7) / 8);
}

/// The level coordinates of a tensor as forms over its dims.
struct LevelForms {
  LevelForms(const ir::Kernel& kernel, const ir::Tensor& tensor) {
    const std::vector<int64_t> shape = kernel.shape(tensor);
    Names names;
    for (size_t dim = 0; dim < shape.size(); ++dim) {
      names.forms[tensor.dims[dim].name] =
          program::variable_form(space.add_variable({0, shape[dim] - 1}));
    }
    for (const ir::Level& level : tensor.levels) {
      coordinates.push_back(index_form(kernel, level.coordinate, names, space));
      equals.push_back(level.equals ? index_form(kernel, *level.equals, names, space)
                                    : program::Form());
    }
  }

  program::FormSpace space;
  std::vector<program::Form> coordinates;
  std::vector<program::Form> equals;
};

StoredLevel empty_level(const ir::Kernel& kernel, const ir::Level& level, int64_t extent) {
  StoredLevel stored;
  stored.type = level.type == LevelType::Gen ? LevelType::Dense : level.type;
  stored.extent = extent;
  stored.ordered = !level.unordered && level.type != LevelType::Hash;
  stored.unique = !level.nonunique;
  stored.position_bytes = bytes_of_bits(level.pos_bits, kDefaultPositionBits);
  stored.coordinate_bytes = bytes_of_bits(level.crd_bits, kDefaultCoordinateBits);
  if (level.type == LevelType::Nm) {
    stored.width = level.keep;
    stored.coordinate_bytes = 1;
  }
  if (level.slots) stored.width = ir::evaluate_point(*level.slots, kernel.bindings()).value_or(1);
  return stored;
}

/// Lays entries out level by level: `start_` says where the entries of each position of the level
/// above begin, in the order of their level coordinates.
class Layout {
 public:
  Layout(const ir::Kernel& kernel, const ir::Tensor& tensor, const Operand& operand,
         base::Diagnostics& diagnostics)
      : kernel_(kernel),
        tensor_(tensor),
        operand_(operand),
        diagnostics_(diagnostics),
        forms_(kernel, tensor) {}

  StoredTensor build() {
    stored_.name = tensor_.name;
    stored_.dtype = tensor_.dtype;
    stored_.shape = operand_.shape;
    for (size_t i = 0; i < tensor_.levels.size(); ++i) {
      const int64_t extent = forms_.space.range(forms_.coordinates[i]).high + 1;
      stored_.levels.push_back(empty_level(kernel_, tensor_.levels[i], extent));
    }
    operand_.full ? store_full() : store_entries();
    return std::move(stored_);
  }

 private:
  void store_full() {
    int64_t positions = 1;
    for (StoredLevel& level : stored_.levels) level.positions = positions *= level.extent;
    stored_.values.assign(static_cast<size_t>(positions), 0);
    if (is_row_major()) {
      stored_.values = operand_.values;
      return;
    }
    std::vector<int64_t> at(operand_.rank(), 0);
    for (const double value : operand_.values) {
      stored_.values[static_cast<size_t>(full_position(at))] = value;
      for (size_t dim = at.size(); dim-- > 0 && ++at[dim] == operand_.shape[dim];) at[dim] = 0;
    }
  }

  bool is_row_major() const {
    if (stored_.levels.size() != operand_.rank()) return false;
    for (size_t i = 0; i < stored_.levels.size(); ++i) {
      if (!(forms_.coordinates[i] == program::variable_form(static_cast<int32_t>(i)))) return false;
    }
    return true;
  }

  int64_t full_position(const std::vector<int64_t>& at) const {
    int64_t position = 0;
    for (size_t i = 0; i < stored_.levels.size(); ++i)
      position = position * stored_.levels[i].extent +
                 forms_.space.value(forms_.coordinates[i], at.data());
    return position;
  }

  int64_t coordinate(int64_t entry, size_t level) const {
    return forms_.space.value(forms_.coordinates[level], operand_.coordinate(entry));
  }

  void store_entries() {
    sort();
    start_ = {0, operand_.entries()};
    for (size_t i = 0; i < stored_.levels.size(); ++i) {
      add_level(i);
      if (!diagnostics_.empty()) return;
    }
    stored_.values.assign(start_.size() - 1, 0);
    stored_.entry_positions.assign(order_.size(), -1);
    for (size_t position = 0; position + 1 < start_.size(); ++position) {
      for (int64_t at = start_[position]; at < start_[position + 1]; ++at) {
        const int64_t entry = order_[static_cast<size_t>(at)];
        stored_.values[position] += operand_.values[static_cast<size_t>(entry)];
        stored_.entry_positions[static_cast<size_t>(entry)] = static_cast<int64_t>(position);
      }
    }
  }

  void sort() {
    order_.resize(static_cast<size_t>(operand_.entries()));
    std::iota(order_.begin(), order_.end(), 0);
    const size_t levels = stored_.levels.size();
    keys_.resize(order_.size() * levels);
    for (size_t entry = 0; entry < order_.size(); ++entry) {
      for (size_t level = 0; level < levels; ++level)
        keys_[entry * levels + level] = coordinate(static_cast<int64_t>(entry), level);
    }
    std::ranges::stable_sort(order_, [&](int64_t x, int64_t y) {
      const int64_t* a = &keys_[static_cast<size_t>(x) * levels];
      const int64_t* b = &keys_[static_cast<size_t>(y) * levels];
      return std::lexicographical_compare(a, a + levels, b, b + levels);
    });
  }

  int64_t key(int64_t at, size_t level) const {
    return keys_[static_cast<size_t>(order_[static_cast<size_t>(at)]) * stored_.levels.size() +
                 level];
  }

  void add_level(size_t index) {
    StoredLevel& level = stored_.levels[index];
    std::vector<int64_t> next;
    const auto parents = static_cast<int64_t>(start_.size()) - 1;
    if (level.type == LevelType::Compressed || level.type == LevelType::Hash)
      level.position.push_back(0);
    for (int64_t parent = 0; parent < parents; ++parent) {
      const int64_t begin = start_[static_cast<size_t>(parent)];
      const int64_t end = start_[static_cast<size_t>(parent) + 1];
      add_fiber(index, level, begin, end, next);
    }
    next.push_back(operand_.entries());
    start_ = std::move(next);
    level.positions = static_cast<int64_t>(start_.size()) - 1;
  }

  /// Adds the positions of one fiber, which holds the entries [begin, end).
  void add_fiber(size_t index, StoredLevel& level, int64_t begin, int64_t end,
                 std::vector<int64_t>& next) {
    const size_t first = next.size();
    switch (level.type) {
      case LevelType::Dense:
      case LevelType::Bitmap:
        for (int64_t c = 0, at = begin; c < level.extent; ++c) {
          next.push_back(at);
          const int64_t was = at;
          while (at < end && key(at, index) == c) ++at;
          if (level.type == LevelType::Bitmap) level.coordinate.push_back(at > was ? 1 : 0);
        }
        return;
      case LevelType::Affine:
        next.push_back(begin);
        for (int64_t at = begin; at < end; ++at) check_affine(index, at);
        return;
      default:
        break;
    }
    for (int64_t at = begin; at < end; ++at) {
      const bool again = level.unique && at > begin && key(at, index) == key(at - 1, index);
      if (again) continue;
      next.push_back(at);
      level.coordinate.push_back(static_cast<int32_t>(key(at, index)));
    }
    if (level.type == LevelType::Singleton || level.type == LevelType::Nm) {
      pad(index, level, end, static_cast<int64_t>(next.size() - first), next);
    } else {
      level.position.push_back(static_cast<int64_t>(next.size()));
    }
  }

  /// Fills the fiber of a level whose fibers are all as long.
  void pad(size_t index, StoredLevel& level, int64_t end, int64_t used,
           std::vector<int64_t>& next) {
    if (used > level.width && diagnostics_.empty()) {
      ir::report(diagnostics_, tensor_.levels[index].where,
                 fmt::format("a fiber of level '{}' of tensor {} has {} coordinates, {} more than "
                             "it keeps",
                             tensor_.levels[index].text(), tensor_.name, used, used - level.width));
    }
    for (; used < level.width; ++used) {
      next.push_back(end);
      level.coordinate.push_back(-1);
    }
  }

  void check_affine(size_t index, int64_t at) {
    const int64_t* coordinates = operand_.coordinate(order_[static_cast<size_t>(at)]);
    const int64_t wanted = forms_.space.value(forms_.equals[index], coordinates);
    if (key(at, index) == wanted || !diagnostics_.empty()) return;
    ir::report(diagnostics_, tensor_.levels[index].where,
               fmt::format("level '{}' of tensor {} has no place for the entry at {}",
                           tensor_.levels[index].text(), tensor_.name,
                           fmt::join(coordinates, coordinates + operand_.rank(), ",")));
  }

  const ir::Kernel& kernel_;
  const ir::Tensor& tensor_;
  const Operand& operand_;
  base::Diagnostics& diagnostics_;
  LevelForms forms_;
  StoredTensor stored_;
  std::vector<int64_t> order_;  // entries by level coordinates
  std::vector<int64_t> keys_;   // [entry][level]
  std::vector<int64_t> start_;  // [position of the level above + 1] into order_
};

}  // namespace

namespace {

/// Goes from positions of a level, which rise, to their fibers; returns the bytes that tell which
/// coordinates these have and where their fibers lie.
uint64_t climb(const StoredLevel& level, std::vector<int64_t>& positions) {
  const auto count = static_cast<uint64_t>(positions.size());
  const auto to_parents = [&](auto&& parent_of) {
    std::ranges::transform(positions, positions.begin(), parent_of);
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  };
  switch (level.type) {
    case LevelType::Affine:
      return 0;
    case LevelType::Compressed:
    case LevelType::Hash: {
      to_parents([&](int64_t position) {
        const auto behind = std::ranges::upper_bound(level.position, position);
        return behind - level.position.begin() - 1;
      });
      return count * level.coordinate_bytes + positions.size() * level.position_bytes;
    }
    case LevelType::Singleton:
    case LevelType::Nm:
      to_parents([&](int64_t position) { return position / level.width; });
      return count * level.coordinate_bytes;
    default:
      to_parents([&](int64_t position) { return position / level.extent; });
      return level.type == LevelType::Bitmap ? count / 8 : 0;
  }
}

}  // namespace

uint64_t StoredTensor::bytes_of(const std::vector<bool>& elements, bool with_coordinates) const {
  const auto value_bytes = static_cast<uint64_t>(ir::bytes_of(dtype));
  if (entry_positions.empty())
    return value_bytes * static_cast<uint64_t>(std::ranges::count(elements, true));
  std::vector<int64_t> positions;
  for (size_t entry = 0; entry < elements.size(); ++entry) {
    if (elements[entry]) positions.push_back(entry_positions[entry]);
  }
  std::ranges::sort(positions);
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  uint64_t bytes = value_bytes * positions.size();
  for (size_t level = levels.size(); with_coordinates && level-- > 0;)
    bytes += climb(levels[level], positions);
  return bytes;
}

StoredTensor store(const ir::Kernel& kernel, const ir::Tensor& tensor, const Operand& operand,
                   base::Diagnostics& diagnostics) {
  return Layout(kernel, tensor, operand, diagnostics).build();
}

Operand load(const ir::Kernel& kernel, const ir::Tensor& tensor, const StoredTensor& stored,
             const Operand& pattern) {
  Operand loaded = pattern;
  if (!loaded.full) {
    for (size_t entry = 0; entry < loaded.values.size(); ++entry)
      loaded.values[entry] = stored.values[static_cast<size_t>(stored.entry_positions[entry])];
    return loaded;
  }
  const LevelForms forms(kernel, tensor);
  std::vector<int64_t> at(loaded.rank(), 0);
  for (double& value : loaded.values) {
    int64_t position = 0;
    for (size_t i = 0; i < stored.levels.size(); ++i)
      position =
          position * stored.levels[i].extent + forms.space.value(forms.coordinates[i], at.data());
    value = stored.values[static_cast<size_t>(position)];
    for (size_t dim = at.size(); dim-- > 0 && ++at[dim] == loaded.shape[dim];) at[dim] = 0;
  }
  return loaded;
}

}  // namespace weft::einsum
