// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/program/nest_run.h"

namespace weft::program {

template <class Touch>
Outcome NestRunner<Touch>::run(int32_t id) {
  run_ = &nest_.runs[static_cast<size_t>(id)];
  statement_ = &nest_.statements[static_cast<size_t>(run_->statement)];
  if (!state_.running && !begin()) return Outcome::Next;
  count_ = gather_points();
  if (count_ > 0) evaluate();
  state_.running = more_;
  if (more_) return Outcome::Again;
  finish();
  return Outcome::Next;
}

/// Addresses are formed, and the loop goes to its first iteration.
template <class Touch>
bool NestRunner<Touch>::begin() {
  const NestSlots& slots = nest_.slots;
  touch_.owe(run_->loop < 0 ? 0 : slots.run);
  touch_.owe(slots.index * run_->accesses.size());
  state_.sum = 0;
  state_.reached = false;
  return run_->loop < 0 || walk_.begin(run_->loop);
}

/// Fewer at a time where elements come from memory one by one.
template <class Touch>
int64_t NestRunner<Touch>::most_together() const {
  for (const RunAccess& access : run_->accesses) {
    const Residence place = access_of(access).place;
    if (!access.varying.empty() && place == Residence::Memory) return kFewWaiting;
  }
  return kMost;
}

template <class Touch>
bool NestRunner<Touch>::look_up_all() {
  for (const int32_t lookup : run_->lookups) {
    if (!walk_.look_up(lookup)) return false;
  }
  return true;
}

/// Walks some iterations and notes the variables of each; those with nothing to do are dropped.
template <class Touch>
int64_t NestRunner<Touch>::gather_points() {
  int64_t count = 0;
  const int64_t most = most_together();
  more_ = true;
  for (int64_t walked = 0; more_ && walked < most; ++walked) {
    if (look_up_all()) {
      for (size_t v = 0; v < run_->variables.size(); ++v)
        varying_[v][static_cast<size_t>(count)] =
            state_.values[static_cast<size_t>(run_->variables[v])];
      ++count;
    }
    more_ = run_->loop >= 0 && walk_.next(run_->loop);
  }
  return count;
}

/// Where an access finds its elements in these iterations.
template <class Touch>
int64_t NestRunner<Touch>::places_of(const RunAccess& access, Places& places) {
  const Form& position = access_of(access).position;
  int64_t* const values = state_.values.data();
  const auto set = [&](size_t v, int64_t value) { values[run_->variables[v]] = value; };
  std::array<int64_t, 8> kept{};
  for (size_t v = 0; v < run_->variables.size(); ++v) kept[v] = values[run_->variables[v]];
  const auto n = static_cast<size_t>(count_);
  if (access.linear) {
    for (const size_t v : access.varying) set(v, 0);
    const int64_t base = nest_.space.value(position, values);
    std::fill_n(places.begin(), n, base);
    for (const size_t v : access.varying) {
      set(v, 1);
      const int64_t step = nest_.space.value(position, values) - base;
      set(v, 0);
      for (size_t i = 0; i < n; ++i) places[i] += step * varying_[v][i];
    }
  } else {
    for (size_t i = 0; i < n; ++i) {
      for (const size_t v : access.varying) set(v, varying_[v][i]);
      places[i] = nest_.space.value(position, values);
    }
  }
  for (size_t v = 0; v < run_->variables.size(); ++v) set(v, kept[v]);
  bool stored = true;
  for (const int32_t variable : access_of(access).positions) {
    const bool varies = std::ranges::count(run_->variables, variable) > 0;
    stored = stored && (varies || values[variable] >= 0);
  }
  for (const size_t v : access.missing) {
    for (size_t i = 0; i < n; ++i) places[i] = varying_[v][i] < 0 ? -1 : places[i];
  }
  if (!stored) std::fill_n(places.begin(), n, -1);
  return access.varying.empty() ? 1 : count_;
}

/// The time of loading or storing the elements of an access: one for all iterations where it does
/// not change, equal steps as a stretch, others one by one.
template <class Touch>
void NestRunner<Touch>::touch_places(const RunAccess& run_access, const Places& places,
                                     AccessKind kind) {
  const NestAccess& access = access_of(run_access);
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(access.tensor)];
  if (access.place == Residence::Register) return;
  const int64_t count = run_access.varying.empty() ? 1 : count_;
  touch_.begin_access(access);
  touch_.owe(static_cast<uint64_t>(count) *
             (nest_.slots.load +
              static_cast<uint64_t>(access.gathers) * (nest_.slots.index + nest_.slots.load) +
              (run_access.linear ? 0U : nest_.slots.index)));
  const auto at = [&](int64_t i) { return places[static_cast<size_t>(i)]; };
  const auto stored = [&](int64_t i) { return i < count && at(i) >= 0; };
  for (int64_t begin = 0; begin < count;) {
    int64_t end = begin + 1;
    if (stored(begin)) {
      const int64_t stride = stored(end) ? at(end) - at(begin) : 0;
      while (stored(end) && at(end) - at(end - 1) == stride) ++end;
      touch_.touch_run(access.place, kind,
                       tensor.base + static_cast<uint64_t>(at(begin)) * tensor.bytes,
                       stride * tensor.bytes, end - begin, tensor.bytes, access.source);
    }
    begin = end;
  }
}

template <class Touch>
void NestRunner<Touch>::push_access(const RunAccess& run_access, Column& column) {
  Places places;
  places_of(run_access, places);
  touch_places(run_access, places, AccessKind::Read);
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(access_of(run_access).tensor)];
  for (int64_t i = 0; i < count_; ++i) {
    const auto at = static_cast<size_t>(i);
    column[at] = places[at] < 0 ? 0 : tensor.values[places[at]];
  }
}

/// The value of the statement in all iterations, step by step of its postfix form.
template <class Touch>
void NestRunner<Touch>::evaluate() {
  const auto n = static_cast<size_t>(count_);
  size_t depth = 0;
  size_t read = 0;
  for (const ValueStep& step : statement_->value) {
    if (step.kind == ValueStep::Kind::Access) {
      push_access(run_->accesses[read++], stack_[depth++]);
      continue;
    }
    if (step.kind == ValueStep::Kind::Number) {
      std::fill_n(stack_[depth++].begin(), n, step.number);
      continue;
    }
    if (step.kind == ValueStep::Kind::Index) {
      for (size_t i = 0; i < n; ++i) {
        for (size_t v = 0; v < run_->variables.size(); ++v)
          state_.values[static_cast<size_t>(run_->variables[v])] = varying_[v][i];
        stack_[depth][i] = static_cast<double>(nest_.space.value(step.index, state_.values.data()));
      }
      ++depth;
      continue;
    }
    if (step.kind == ValueStep::Kind::Negate) {
      for (size_t i = 0; i < n; ++i) stack_[depth - 1][i] = -stack_[depth - 1][i];
      continue;
    }
    const Column& right = stack_[--depth];
    Column& left = stack_[depth - 1];
    for (size_t i = 0; i < n; ++i) {
      switch (step.kind) {
        case ValueStep::Kind::Add:
          left[i] += right[i];
          break;
        case ValueStep::Kind::Subtract:
          left[i] -= right[i];
          break;
        case ValueStep::Kind::Multiply:
          left[i] *= right[i];
          break;
        default:
          left[i] /= right[i];
      }
    }
  }
  touch_.arithmetic(static_cast<uint64_t>(count_) * statement_->arithmetic_slots);
  if (run_->loop >= 0)
    touch_.owe(static_cast<uint64_t>((count_ + kUnrolled - 1) / kUnrolled) * nest_.slots.loop);
  touch_.count_products(static_cast<uint64_t>(count_) * statement_->products);
  combine_results(stack_[0]);
}

template <class Touch>
void NestRunner<Touch>::combine_one(double& element, double value) const {
  switch (statement_->combine) {
    case NestCombine::Assign:
      element = value;
      break;
    case NestCombine::Add:
      element += value;
      break;
    case NestCombine::Max:
      element = std::max(element, value);
      break;
    case NestCombine::Min:
      element = std::min(element, value);
      break;
    case NestCombine::Or:
      element = element != 0 || value != 0 ? 1 : 0;
      break;
  }
}

/// A target that stays the same all along the run is summed in a register and touched at the end.
template <class Touch>
void NestRunner<Touch>::combine_results(const Column& values) {
  const RunAccess& target = run_->accesses.back();
  const NestAccess& access = access_of(target);
  double* const elements = nest_.tensors[static_cast<size_t>(access.tensor)].values;
  Places places;
  places_of(target, places);
  for (int64_t i = 0; i < count_; ++i) {
    const auto at = static_cast<size_t>(i);
    if (places[at] >= 0) combine_one(elements[places[at]], values[at]);
  }
  if (!target.varying.empty()) {
    touch_target(places, count_);
  } else {
    state_.reached = true;
  }
}

template <class Touch>
void NestRunner<Touch>::touch_target(const Places& places, int64_t count) {
  const RunAccess& target = run_->accesses.back();
  const NestAccess& access = access_of(target);
  if (access.place == Residence::Register || count == 0) return;
  const bool atomic = statement_->atomic && access.place != Residence::Scratchpad;
  const bool writes_only = statement_->combine == NestCombine::Assign || statement_->first_write;
  if (atomic) {
    touch_places(target, places, AccessKind::Atomic);
    return;
  }
  if (!writes_only) touch_places(target, places, AccessKind::Read);
  touch_places(target, places, AccessKind::Write);
}

template <class Touch>
void NestRunner<Touch>::finish() {
  if (!state_.reached) return;
  count_ = 1;
  Places places;
  places_of(run_->accesses.back(), places);
  touch_target(places, 1);
}

}  // namespace weft::program
