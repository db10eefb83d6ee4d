// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/join.h"

#include <algorithm>
#include <utility>

namespace weft::einsum {

Join::Join(const program::FormSpace& space, std::vector<Factor> factors)
    : space_(space), factors_(std::move(factors)) {}

bool Join::known(const program::Form& form, const std::vector<bool>& bound) const {
  for (size_t index = 0; index < bound.size(); ++index) {
    if (!bound[index] && space_.depends_on(form, static_cast<int32_t>(index))) return false;
  }
  return true;
}

/// Factors in the order in which the indices bound so far let them be looked up; where none can, an
/// index of the next factor runs over its extent first.
void Join::plan(std::vector<bool> bound) {
  std::vector<bool> placed(factors_.size(), false);
  for (size_t left = factors_.size(); left > 0;) {
    bool found = false;
    for (size_t f = 0; f < factors_.size() && !found; ++f) {
      if (placed[f]) continue;
      const Factor& factor = factors_[f];
      Step step{.factor = f, .key_dims = {}, .bind_dims = {}, .loop = -1, .entries = {}};
      std::vector<bool> then = bound;
      bool possible = true;
      for (size_t dim = 0; dim < factor.subscripts.size(); ++dim) {
        if (known(factor.subscripts[dim], bound)) {
          step.key_dims.push_back(dim);
        } else if (factor.bare[dim] >= 0 && !then[static_cast<size_t>(factor.bare[dim])]) {
          step.bind_dims.push_back(dim);
          then[static_cast<size_t>(factor.bare[dim])] = true;
        } else {
          possible = false;
        }
      }
      if (!possible) continue;
      index(step);
      steps_.push_back(std::move(step));
      bound = then;
      placed[f] = found = true;
      --left;
    }
    if (found) continue;
    const auto open = std::find(bound.begin(), bound.end(), false);
    Step step;
    step.loop = static_cast<int32_t>(open - bound.begin());
    steps_.push_back(std::move(step));
    *open = true;
  }
  planned_ = true;
}

int64_t Join::key_of(const Step& step, const int64_t* coordinate) const {
  const Operand& operand = *factors_[step.factor].operand;
  int64_t key = 0;
  for (const size_t dim : step.key_dims) key = key * operand.shape[dim] + coordinate[dim];
  return key;
}

void Join::index(Step& step) const {
  const Operand& operand = *factors_[step.factor].operand;
  for (int64_t entry = 0; entry < operand.entries(); ++entry)
    step.entries[key_of(step, operand.coordinate(entry))].push_back(entry);
}

void Join::run(std::vector<int64_t> values, std::vector<bool> bound,
               const std::vector<int64_t>& extents, const Visit& visit) {
  if (!planned_) plan(std::move(bound));
  walk(0, values, extents, 1, visit);
}

void Join::walk(size_t depth, std::vector<int64_t>& values, const std::vector<int64_t>& extents,
                double product, const Visit& visit) const {
  if (depth == steps_.size()) return visit(values, product);
  const Step& step = steps_[depth];
  if (step.loop >= 0) {
    const auto index = static_cast<size_t>(step.loop);
    for (values[index] = 0; values[index] < extents[index]; ++values[index])
      walk(depth + 1, values, extents, product, visit);
    return;
  }
  const Factor& factor = factors_[step.factor];
  std::vector<int64_t> at(factor.subscripts.size(), 0);
  for (const size_t dim : step.key_dims) {
    at[dim] = space_.value(factor.subscripts[dim], values.data());
    if (at[dim] < 0 || at[dim] >= factor.operand->shape[dim]) return;
  }
  const auto found = step.entries.find(key_of(step, at.data()));
  if (found == step.entries.end()) return;
  for (const int64_t entry : found->second) {
    const int64_t* coordinate = factor.operand->coordinate(entry);
    for (const size_t dim : step.bind_dims)
      values[static_cast<size_t>(factor.bare[dim])] = coordinate[dim];
    const double value =
        factor.counts_only ? 1 : factor.operand->values[static_cast<size_t>(entry)];
    walk(depth + 1, values, extents, product * value, visit);
  }
}

}  // namespace weft::einsum
