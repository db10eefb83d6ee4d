// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/nest_tensors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/dense/round.h"
#include "kernels/einsum/check_gathers.h"
#include "kernels/einsum/evaluate.h"
#include "mapper/nest/align.h"

namespace weft::mapper {

using ir::LevelType;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

program::LevelKind kind_of(const einsum::StoredLevel& level) {
  switch (level.type) {
    case LevelType::Compressed:
      return level.ordered ? program::LevelKind::Compressed : program::LevelKind::Hash;
    case LevelType::Hash:
      return program::LevelKind::Hash;
    case LevelType::Singleton:
    case LevelType::Nm:
      return program::LevelKind::Slots;
    case LevelType::Bitmap:
      return program::LevelKind::Bitmap;
    case LevelType::Affine:
      return program::LevelKind::Affine;
    default:
      return program::LevelKind::Dense;
  }
}

/// What an element holds before anything is combined into it.
double identity_of(ir::Combine combine) {
  if (combine == ir::Combine::Max) return -kInfinity;
  return combine == ir::Combine::Min ? kInfinity : 0;
}

}  // namespace

NestTensors::NestTensors(const ir::Kernel& kernel, const einsum::Operands& initial,
                         base::Diagnostics& diagnostics)
    : kernel_(kernel), patterns_(initial) {
  einsum::check_gathers(kernel, initial, diagnostics);
  if (!diagnostics.empty()) return;
  const bool grows = std::ranges::any_of(kernel.statements, [&](const ir::Statement& statement) {
    const ir::Tensor& target = *kernel.find_tensor(statement.target.name);
    return !einsum::is_full(target) && !target.pattern && !initial.contains(target.name);
  });
  if (grows) einsum::evaluate(kernel, patterns_);
  for (const ir::Tensor& tensor : kernel.tensors) {
    const bool given = initial.contains(tensor.name);
    const bool used = std::ranges::any_of(kernel.statements, [&](const ir::Statement& statement) {
      return statement.target.name == tensor.name ||
             std::ranges::count(kernel.inputs_of(statement), tensor.name) > 0;
    });
    if (used || given) add(tensor, given, diagnostics);
  }
}

void NestTensors::add(const ir::Tensor& tensor, bool given, base::Diagnostics& diagnostics) {
  if (!given && tensor.pattern) patterns_[tensor.name] = patterns_.at(tensor.pattern->text);
  if (!given && einsum::is_full(tensor))
    patterns_[tensor.name] = einsum::zero_operand(kernel_.shape(tensor));
  einsum::StoredTensor& stored = stored_[tensor.name];
  stored = einsum::store(kernel_, tensor, patterns_.at(tensor.name), diagnostics);
  if (given) return;
  const auto writer = std::ranges::find_if(kernel_.statements, [&](const auto& statement) {
    return statement.target.name == tensor.name;
  });
  const double identity = writer == kernel_.statements.end() ? 0 : identity_of(writer->combine);
  std::ranges::fill(stored.values, identity);
  if (identity != 0) identities_[tensor.name] = identity;
}

void NestTensors::add_intermediates(const Expansion& expansion) {
  base::Diagnostics none;  // dense levels have a place for every element
  for (const ir::Tensor& tensor : expansion.kernel.tensors) {
    if (kernel_.find_tensor(tensor.name) != nullptr) continue;
    einsum::Operand operand = einsum::zero_operand(expansion.kernel.shape(tensor));
    if (expansion.ones.contains(tensor.name)) std::ranges::fill(operand.values, 1.0);
    stored_[tensor.name] = einsum::store(expansion.kernel, tensor, operand, none);
  }
}

uint64_t NestTensors::place(program::Nest& nest, std::map<std::string, int32_t>& ids,
                            uint64_t top) {
  const auto take = [&](uint64_t bytes) {
    const uint64_t base = top;
    top = align_up(top + bytes, kAlignment);
    return base;
  };
  for (auto& [name, stored] : stored_) {
    program::NestTensor tensor;
    tensor.name = name;
    tensor.values = stored.values.data();
    tensor.count = static_cast<int64_t>(stored.values.size());
    tensor.bytes = static_cast<uint32_t>(ir::bytes_of(stored.dtype));
    tensor.base = take(stored.values.size() * tensor.bytes);
    for (const einsum::StoredLevel& level : stored.levels) {
      program::NestLevel made;
      made.kind = kind_of(level);
      made.extent = level.extent;
      made.width = level.width;
      made.position = level.position.data();
      made.coordinate = level.coordinate.data();
      made.positions = level.positions;
      made.position_bytes = level.position_bytes;
      made.coordinate_bytes = level.coordinate_bytes;
      made.position_base = take(level.position.size() * level.position_bytes);
      made.coordinate_base = take(level.coordinate.size() * level.coordinate_bytes);
      tensor.levels.push_back(made);
    }
    ids[name] = static_cast<int32_t>(nest.tensors.size());
    nest.tensors.push_back(std::move(tensor));
  }
  return top;
}

einsum::Operands NestTensors::results() const {
  einsum::Operands results;
  for (const auto& [name, stored] : stored_) {
    const ir::Tensor* tensor = kernel_.find_tensor(name);
    if (tensor == nullptr) continue;
    einsum::Operand operand = einsum::load(kernel_, *tensor, stored, patterns_.at(name));
    const auto identity = identities_.find(name);
    for (double& value : operand.values) {
      const bool untouched = identity != identities_.end() && value == identity->second;
      value = untouched ? 0 : dense::round_to(tensor->dtype, value);
    }
    results[name] = std::move(operand);
  }
  return results;
}

uint64_t NestTensors::compulsory_bytes() const {
  if (compulsory_bytes_) return *compulsory_bytes_;
  uint64_t bytes = 0;
  const std::vector<const ir::Tensor*> initial = einsum::initial_tensors(kernel_);
  const std::vector<const ir::Tensor*> results = einsum::result_tensors(kernel_);
  for (auto& [name, touched] : einsum::touched_elements(kernel_, patterns_)) {
    const auto stored = stored_.find(name);
    const ir::Tensor* tensor = kernel_.find_tensor(name);
    if (stored == stored_.end() || tensor == nullptr) continue;
    const Role role{std::ranges::count(initial, tensor) > 0,
                    std::ranges::count(results, tensor) > 0};
    bytes += moved_bytes(*tensor, stored->second, role, touched);
  }
  compulsory_bytes_ = bytes;
  return bytes;
}

uint64_t NestTensors::moved_bytes(const ir::Tensor& tensor, const einsum::StoredTensor& stored,
                                  const Role& role, einsum::Touched& touched) const {
  const bool live = !tensor.levels.empty() && tensor.levels[0].type == LevelType::Gen;
  if (live && !einsum::is_full(tensor)) return 0;  // entries do not tell their steps
  if (live) {
    const auto elements = static_cast<std::ptrdiff_t>(touched.read.size());
    const std::ptrdiff_t step = elements / kernel_.shape(tensor).front();
    std::fill(touched.read.begin() + step, touched.read.end(), false);
    std::fill(touched.written.begin(), touched.written.end() - step, false);
  }
  const auto written = [&](const ir::Statement& s) { return s.target.name == tensor.name; };
  if (!std::ranges::any_of(kernel_.statements, written)) return stored.bytes_of(touched.read, true);
  const uint64_t read = role.initial ? stored.bytes_of(touched.read, false) : 0;
  const uint64_t wrote = role.result ? stored.bytes_of(touched.written, false) : 0;
  if (live) return read + wrote;
  // What is read may have been written before; what others read of a result need not leave a chip.
  const bool used = std::ranges::any_of(kernel_.statements, [&](const ir::Statement& s) {
    return std::ranges::count(kernel_.inputs_of(s), tensor.name) > 0;
  });
  return used && !role.initial ? 0 : std::max(read, wrote);
}

}  // namespace weft::mapper
