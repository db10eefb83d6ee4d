// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/operand.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "kernels/dense/round.h"
#include "kernels/einsum/index_form.h"

namespace weft::einsum {

using ir::LevelType;

int64_t Operand::place(const int64_t* coordinate) const {
  int64_t at = 0;
  for (size_t dim = 0; dim < shape.size(); ++dim) at = at * shape[dim] + coordinate[dim];
  return at;
}

bool is_full(const ir::Tensor& tensor) {
  return std::ranges::all_of(tensor.levels, [](const ir::Level& level) {
    return level.type == LevelType::Dense || level.type == LevelType::Gen;
  });
}

Operand sparse_operand(const tensor::CsrMatrix& matrix) {
  Operand operand{{matrix.rows, matrix.cols}, false, {}, matrix.value};
  operand.coordinates.reserve(2 * matrix.value.size());
  for (int64_t row = 0; row < matrix.rows; ++row) {
    const auto begin = static_cast<size_t>(matrix.row_start[static_cast<size_t>(row)]);
    const auto end = static_cast<size_t>(matrix.row_start[static_cast<size_t>(row) + 1]);
    for (size_t entry = begin; entry < end; ++entry) {
      operand.coordinates.push_back(row);
      operand.coordinates.push_back(matrix.column[entry]);
    }
  }
  return operand;
}

Operand full_operand(dense::DenseTensor tensor) {
  return {std::move(tensor.shape), true, {}, std::move(tensor.values)};
}

Operand zero_operand(std::vector<int64_t> shape) {
  int64_t elements = 1;
  for (const int64_t extent : shape) elements *= extent;
  return {std::move(shape), true, {}, std::vector<double>(static_cast<size_t>(elements), 0)};
}

void sort_entries(Operand& operand) {
  std::vector<int64_t> order(operand.values.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<int64_t> places;
  places.reserve(order.size());
  for (const int64_t entry : order) places.push_back(operand.place(operand.coordinate(entry)));
  std::ranges::stable_sort(order, {},
                           [&](int64_t entry) { return places[static_cast<size_t>(entry)]; });
  Operand sorted{operand.shape, false, {}, {}};
  int64_t last = -1;
  for (const int64_t entry : order) {
    const double value = operand.values[static_cast<size_t>(entry)];
    if (places[static_cast<size_t>(entry)] == last) {
      sorted.values.back() += value;
      continue;
    }
    last = places[static_cast<size_t>(entry)];
    const int64_t* at = operand.coordinate(entry);
    sorted.coordinates.insert(sorted.coordinates.end(), at, at + operand.rank());
    sorted.values.push_back(value);
  }
  operand = std::move(sorted);
}

Operand as_sparse(Operand operand) {
  if (!operand.full) return operand;
  Operand sparse{operand.shape, false, {}, {}};
  std::vector<int64_t> at(operand.rank(), 0);
  for (const double value : operand.values) {
    if (value != 0) {
      sparse.coordinates.insert(sparse.coordinates.end(), at.begin(), at.end());
      sparse.values.push_back(value);
    }
    for (size_t dim = at.size(); dim-- > 0 && ++at[dim] == operand.shape[dim];) at[dim] = 0;
  }
  return sparse;
}

namespace {

double random_value(ir::Dtype dtype, base::Xoshiro256& random) {
  constexpr uint64_t kIntegers = 16;
  for (;;) {
    const double value = dense::epsilon_of(dtype) == 0
                             ? static_cast<double>(random.below(kIntegers)) - kIntegers / 2.0
                             : dense::round_to(dtype, 2 * random.uniform() - 1);
    if (value != 0) return value;
  }
}

/// Draws what is stored level by level: every coordinate tuple of the levels is walked and kept or
/// dropped at the first level that chooses.
class SparseDraw {
 public:
  SparseDraw(const ir::Kernel& kernel, const ir::Tensor& tensor, double per_fiber)
      : tensor_(tensor), per_fiber_(per_fiber), random_(base::seed_of(tensor.name)) {
    operand_.shape = kernel.shape(tensor);
    operand_.full = false;
    Names names;
    for (size_t dim = 0; dim < operand_.shape.size(); ++dim) {
      names.forms[tensor.dims[dim].name] =
          program::variable_form(space_.add_variable({0, operand_.shape[dim] - 1}));
    }
    for (const ir::Level& level : tensor.levels) {
      forms_.push_back(index_form(kernel, level.coordinate, names, space_));
      extents_.push_back(space_.range(forms_.back()).high + 1);
      equals_.push_back(level.equals ? index_form(kernel, *level.equals, names, space_)
                                     : program::Form());
    }
  }

  Operand draw() {
    if (tensor_.dims.size() == 2) {
      draw_matrix();
    } else {
      draw_box();
    }
    sort_entries(operand_);
    return std::move(operand_);
  }

 private:
  /// Walks every coordinate; fine for tensors that are small or nearly full.
  void draw_box() {
    std::vector<int64_t> at(operand_.rank(), 0);
    for (;;) {
      if (keeps(at)) add(at);
      size_t dim = at.size();
      while (dim-- > 0 && ++at[dim] == operand_.shape[dim]) at[dim] = 0;
      if (dim == static_cast<size_t>(-1)) return;
    }
  }

  /// Matrices with a row's coordinates drawn directly, so that large ones take no time.
  void draw_matrix() {
    const bool plain = std::ranges::all_of(tensor_.levels, [](const ir::Level& level) {
      return level.coordinate.kind == ir::Expression::Kind::Name &&
             (level.type == LevelType::Dense || level.type == LevelType::Compressed ||
              level.type == LevelType::Hash ||
              (level.type == LevelType::Singleton && !level.slots));
    });
    if (!plain) return draw_box();
    const int64_t columns = operand_.shape[1];
    for (int64_t row = 0; row < operand_.shape[0]; ++row) {
      const auto most =
          static_cast<uint64_t>(std::min(2 * per_fiber_, static_cast<double>(columns))) + 1;
      for (uint64_t left = random_.below(most); left > 0; --left)
        add({row, static_cast<int64_t>(random_.below(static_cast<uint64_t>(columns)))});
    }
  }

  void add(const std::vector<int64_t>& at) {
    operand_.coordinates.insert(operand_.coordinates.end(), at.begin(), at.end());
    operand_.values.push_back(random_value(tensor_.dtype, random_));
  }

  bool keeps(const std::vector<int64_t>& at) {
    uint64_t path = base::seed_of(tensor_.name);
    for (size_t level = 0; level < tensor_.levels.size(); ++level) {
      const int64_t coordinate = space_.value(forms_[level], at.data());
      const uint64_t parent = path;
      path = base::SplitMix64(path ^ static_cast<uint64_t>(coordinate)).next();
      if (!keeps_level(level, coordinate, parent, path, at)) return false;
    }
    return true;
  }

  bool keeps_level(size_t index, int64_t coordinate, uint64_t parent, uint64_t path,
                   const std::vector<int64_t>& at) {
    const ir::Level& level = tensor_.levels[index];
    switch (level.type) {
      case LevelType::Dense:
      case LevelType::Gen:
        return true;
      case LevelType::Affine:
        return coordinate == space_.value(equals_[index], at.data());
      case LevelType::Nm:
        return of_group(level, coordinate, parent);
      case LevelType::Singleton:
        return level.slots ? of_slots(level, index, coordinate, parent) : true;
      default:
        return static_cast<double>(path >> 11) * 0x1p-53 <
               per_fiber_ / static_cast<double>(extents_[index]);
    }
  }

  /// The first N of a group in an order that its parent draws.
  static bool chosen(uint64_t parent, int64_t coordinate, int64_t of, int64_t keep) {
    const auto key = [&](int64_t c) {
      return base::SplitMix64(parent + static_cast<uint64_t>(c)).next();
    };
    int64_t before = 0;
    for (int64_t other = 0; other < of; ++other) before += key(other) < key(coordinate) ? 1 : 0;
    return before < keep;
  }

  static bool of_group(const ir::Level& level, int64_t coordinate, uint64_t parent) {
    return chosen(parent, coordinate, level.group, level.keep);
  }

  bool of_slots(const ir::Level& level, size_t index, int64_t coordinate, uint64_t parent) const {
    const auto slots = static_cast<int64_t>(level.slots->number);
    return chosen(parent, coordinate, extents_[index], slots == 0 ? 1 : slots);
  }

  const ir::Tensor& tensor_;
  double per_fiber_;
  base::Xoshiro256 random_;
  program::FormSpace space_;
  std::vector<program::Form> forms_;
  std::vector<program::Form> equals_;
  std::vector<int64_t> extents_;
  Operand operand_;
};

}  // namespace

Operand random_operand(const ir::Kernel& kernel, const ir::Tensor& tensor, double per_fiber) {
  if (!is_full(tensor)) return SparseDraw(kernel, tensor, per_fiber).draw();
  Operand operand = zero_operand(kernel.shape(tensor));
  base::Xoshiro256 random(base::seed_of(tensor.name));
  for (double& value : operand.values) value = random_value(tensor.dtype, random);
  return operand;
}

}  // namespace weft::einsum
