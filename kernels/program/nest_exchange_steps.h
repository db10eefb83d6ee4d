// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "kernels/program/access_kind.h"
#include "kernels/program/nest.h"
#include "kernels/program/nest_state.h"
#include "kernels/program/outcome.h"

namespace weft::program {

/// Moves the elements that threads swap between the steps of a recurrence. A shuffle comes with
/// three selections: which element a lane gives, and where the one it gets belongs.
template <class Touch>
class NestExchanger {
 public:
  explicit NestExchanger(Touch& touch)
      : touch_(touch), nest_(touch.nest()), state_(touch.state()) {}

  /// Brings what this thread does not have yet to the step at hand.
  Outcome take(int32_t id) {
    const NestExchange& exchange = nest_.exchanges[static_cast<size_t>(id)];
    const int64_t step = state_.values[static_cast<size_t>(exchange.step)];
    const Residence via = exchange.via[static_cast<size_t>(step)];
    const auto mine = elements_of(exchange, exchange.takes, step);
    if (via == Residence::Lanes) return shuffle(exchange, static_cast<int64_t>(mine.size()));
    return move(exchange, mine, via, step, AccessKind::Read) ? Outcome::Next : Outcome::Again;
  }

  /// Leaves what others need; Jump where no one has to wait for it.
  Outcome give(int32_t id) {
    const NestExchange& exchange = nest_.exchanges[static_cast<size_t>(id)];
    const int64_t step = state_.values[static_cast<size_t>(exchange.step)];
    const bool last = step + 1 == static_cast<int64_t>(exchange.via.size());
    const Residence via = last ? Residence::Memory : exchange.via[static_cast<size_t>(step) + 1];
    if (via == Residence::Lanes) return Outcome::Jump;
    const auto mine = elements_of(exchange, exchange.gives, step);
    if (!move(exchange, mine, via, step + 1, AccessKind::Write)) return Outcome::Again;
    return last ? Outcome::Jump : Outcome::Next;
  }

 private:
  /// Elements that a thread moves before others have their turn.
  static constexpr int64_t kTogether = 8;
  static constexpr uint64_t kSelections = 3;

  std::span<const int32_t> elements_of(const NestExchange& exchange, const StepElements& elements,
                                       int64_t step) const {
    return elements.of(step, touch_.share_index(exchange.workers), exchange.worker_count);
  }

  Outcome shuffle(const NestExchange& exchange, int64_t count) {
    const NestSlots& slots = nest_.slots;
    touch_.begin_access(nest_.accesses[static_cast<size_t>(exchange.access)]);
    touch_.owe(static_cast<uint64_t>(count) * (slots.load + kSelections * slots.move));
    touch_.touch_run(Residence::Lanes, AccessKind::Read, 0, 0, count, bytes_of(exchange),
                     exchange.source);
    return Outcome::Next;
  }

  /// True where all are moved.
  bool move(const NestExchange& exchange, std::span<const int32_t> elements, Residence place,
            int64_t step, AccessKind kind) {
    const NestTensor& tensor = nest_.tensors[static_cast<size_t>(exchange.tensor)];
    const int64_t row =
        nest_.space.value(exchange.row, state_.values.data()) + step * exchange.step_stride;
    touch_.begin_access(nest_.accesses[static_cast<size_t>(exchange.access)]);
    const auto begin = static_cast<size_t>(state_.moved);
    const size_t end = std::min(elements.size(), begin + kTogether);
    touch_.owe((end - begin) * (nest_.slots.load + nest_.slots.index));
    for (size_t i = begin; i < end; ++i) {
      touch_.touch(place, kind,
                   tensor.base + static_cast<uint64_t>(row + elements[i]) * tensor.bytes,
                   tensor.bytes, exchange.source);
    }
    const bool all = end == elements.size();
    state_.moved = all ? 0 : static_cast<int64_t>(end);
    return all;
  }

  uint32_t bytes_of(const NestExchange& exchange) const {
    return nest_.tensors[static_cast<size_t>(exchange.tensor)].bytes;
  }

  Touch& touch_;
  const Nest& nest_;
  NestState& state_;
};

}  // namespace weft::program
