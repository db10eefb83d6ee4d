// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integer.h"
#include "kernels/program/access_kind.h"
#include "kernels/program/nest.h"
#include "kernels/program/nest_state.h"

namespace weft::program {

/// Walks the loops of a nest: ranges, fibers, and fibers that meet.
template <class Touch>
class NestWalk {
 public:
  explicit NestWalk(Touch& touch) : touch_(touch), nest_(touch.nest()), state_(touch.state()) {}

  /// Goes to the first iteration of a loop; false where there is none.
  bool begin(int32_t loop);
  /// Goes to the next one.
  bool next(int32_t loop);
  /// Finds the position of a coordinate; false where nothing is to be done without it.
  bool look_up(int32_t lookup);

  /// The first task of this thread, and the next ones.
  bool tasks_begin(int32_t tasks);
  bool tasks_next(int32_t tasks);
  /// Takes up the task that a register holds; false where one of its loops has no such iteration.
  bool task_take(int32_t tasks);

  /// What the loop's variable will be in the next iteration, if that is known.
  bool peek(int32_t loop, int64_t& variable, int64_t& position) const;

 private:
  int64_t value(const Form& form) const { return nest_.space.value(form, state_.values.data()); }
  int64_t bound_of(const NestLoop& loop) const;
  int64_t row_of(const NestLoop& loop, int64_t rows, int64_t position);
  void clamp_range(const NestLoop& loop, int64_t& begin, int64_t& end);
  NestState::Cursor open(const NestLoop& loop, const NestDriver& driver);
  void seek(const NestLoop& loop, const NestDriver& driver, NestState::Cursor& cursor);
  int64_t coordinate_at(const NestDriver& driver, int64_t cursor) const;
  bool advance_scan(const NestLoop& loop, NestState::Loop& at);
  bool advance_merge(const NestLoop& loop, NestState::Loop& at);
  bool can_go_on(const NestLoop& loop, const NestState::Loop& at) const;
  void load_coordinate(const NestDriver& driver, int64_t position);
  int64_t find(int32_t access, int32_t level, int64_t parent, int64_t coordinate, int64_t equals);
  int64_t search(const NestLevel& level, const NestAccess& access, int64_t begin, int64_t end,
                 int64_t coordinate);
  bool decode(const NestTasks& tasks, int64_t task);
  int64_t count_of(const NestTasks& tasks, size_t loop) const;

  const NestLevel& level_of(int32_t access, int32_t level) const {
    const NestAccess& each = nest_.accesses[static_cast<size_t>(access)];
    return nest_.tensors[static_cast<size_t>(each.tensor)].levels[static_cast<size_t>(level)];
  }

  Touch& touch_;
  const Nest& nest_;
  NestState& state_;
};

}  // namespace weft::program
