// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>

#include "kernels/program/nest_walk.h"

namespace weft::program {

/// Iterations of a loop, counted from 0.
template <class Touch>
int64_t NestWalk<Touch>::bound_of(const NestLoop& loop) const {
  const int64_t left = value(loop.limit) - 1 - value(loop.bound);
  return std::min(value(loop.extent), base::floor_divide(left, loop.weight) + 1);
}

/// The first row of `rows` whose fiber ends behind `position`: a binary search.
template <class Touch>
int64_t NestWalk<Touch>::row_of(const NestLoop& loop, int64_t rows, int64_t position) {
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(loop.clamp_tensor)];
  const NestLevel& level = tensor.levels[static_cast<size_t>(loop.clamp_level)];
  int64_t begin = 0;
  for (int64_t end = rows; begin < end;) {
    const int64_t middle = begin + (end - begin) / 2;
    touch_.owe(touch_.slots().locate_step);
    touch_.probe(Residence::Memory,
                 level.position_base + static_cast<uint64_t>(middle + 1) * level.position_bytes,
                 level.position_bytes, loop.source);
    if (level.position[middle + 1] <= position) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

/// Keeps a range to the rows that hold the positions [clamp_begin, clamp_end) of the level below.
template <class Touch>
void NestWalk<Touch>::clamp_range(const NestLoop& loop, int64_t& begin, int64_t& end) {
  const int64_t first = value(loop.clamp_begin);
  const int64_t last = value(loop.clamp_end) - 1;
  const int64_t rows = end;
  begin = row_of(loop, rows, first);
  end = first > last ? begin : std::min(rows, row_of(loop, rows, last) + 1);
}

/// The fiber of a driver: its begin and end are read where the level keeps them.
template <class Touch>
NestState::Cursor NestWalk<Touch>::open(const NestLoop& loop, const NestDriver& driver) {
  const NestAccess& access = nest_.accesses[static_cast<size_t>(driver.access)];
  const NestLevel& level = level_of(driver.access, driver.level);
  const int64_t parent = value(driver.parent);
  if (parent < 0) return {0, 0};
  NestState::Cursor cursor{parent, parent + 1};
  if (level.kind == LevelKind::Slots) cursor = {parent * level.width, (parent + 1) * level.width};
  if (level.kind == LevelKind::Bitmap)
    cursor = {parent * level.extent, (parent + 1) * level.extent};
  if (level.kind == LevelKind::Compressed || level.kind == LevelKind::Hash) {
    cursor = {level.position[parent], level.position[parent + 1]};
    touch_.owe(touch_.slots().fiber);
    touch_.touch_run(access.place, AccessKind::Read,
                     level.position_base + static_cast<uint64_t>(parent) * level.position_bytes,
                     level.position_bytes, 2, level.position_bytes, access.source);
  }
  if (loop.clamped) {
    cursor.at = std::max(cursor.at, value(loop.clamp_begin));
    cursor.end = std::min(cursor.end, value(loop.clamp_end));
  }
  seek(loop, driver, cursor);
  return cursor;
}

/// Skips the coordinates before the loop's first, where it sees a part of the fiber.
template <class Touch>
void NestWalk<Touch>::seek(const NestLoop&, const NestDriver& driver, NestState::Cursor& cursor) {
  const int64_t offset = value(driver.offset);
  const NestLevel& level = level_of(driver.access, driver.level);
  const bool sorted = level.kind == LevelKind::Compressed;
  if (offset <= 0 || !sorted || cursor.at >= cursor.end) return;
  const NestAccess& access = nest_.accesses[static_cast<size_t>(driver.access)];
  cursor.at = search(level, access, cursor.at, cursor.end, offset);
}

template <class Touch>
int64_t NestWalk<Touch>::coordinate_at(const NestDriver& driver, int64_t cursor) const {
  const NestLevel& level = level_of(driver.access, driver.level);
  if (level.kind == LevelKind::Affine) return value(driver.equals);
  if (level.kind == LevelKind::Bitmap)
    return level.coordinate[cursor] != 0 ? cursor % level.extent : -1;
  return level.coordinate[cursor];
}

template <class Touch>
void NestWalk<Touch>::load_coordinate(const NestDriver& driver, int64_t position) {
  const NestLevel& level = level_of(driver.access, driver.level);
  touch_.owe(touch_.slots().load + touch_.slots().loop);
  if (level.kind == LevelKind::Affine) return;
  const NestAccess& access = nest_.accesses[static_cast<size_t>(driver.access)];
  touch_.touch(access.place, AccessKind::Read,
               level.coordinate_base + static_cast<uint64_t>(position) * level.coordinate_bytes,
               level.coordinate_bytes, access.source);
}

template <class Touch>
bool NestWalk<Touch>::begin(int32_t id) {
  const NestLoop& loop = nest_.loops[static_cast<size_t>(id)];
  NestState::Loop& at = state_.loops[static_cast<size_t>(id)];
  if (loop.share != Share::None) touch_.owe(touch_.slots().share);
  const int64_t first = touch_.share_index(loop.share);
  at.step = touch_.share_count(loop.share);
  at.end = bound_of(loop);
  at.present = 0;
  if (loop.meeting == Meeting::Range) {
    int64_t begin = 0;
    if (loop.clamp_tensor >= 0) clamp_range(loop, begin, at.end);
    at.next = begin + first;
    touch_.owe(touch_.slots().move);
    return next(id);
  }
  for (size_t i = 0; i < loop.drivers.size(); ++i) {
    if (i > 0 && loop.meeting == Meeting::Scan) break;
    at.cursors[i] = open(loop, loop.drivers[i]);
  }
  if (loop.meeting == Meeting::Scan) at.cursors[0].at += first;
  return next(id);
}

template <class Touch>
bool NestWalk<Touch>::next(int32_t id) {
  const NestLoop& loop = nest_.loops[static_cast<size_t>(id)];
  NestState::Loop& at = state_.loops[static_cast<size_t>(id)];
  switch (loop.meeting) {
    case Meeting::Range:
      touch_.owe(touch_.slots().add + touch_.slots().branch);
      if (at.next >= at.end) return false;
      state_.values[static_cast<size_t>(loop.variable)] = at.next;
      at.next += at.step;
      return true;
    case Meeting::Scan:
      return advance_scan(loop, at);
    default:
      return advance_merge(loop, at);
  }
}

template <class Touch>
bool NestWalk<Touch>::advance_scan(const NestLoop& loop, NestState::Loop& at) {
  const NestDriver& lead = loop.drivers[0];
  const int64_t offset = value(lead.offset);
  const bool sorted = level_of(lead.access, lead.level).kind != LevelKind::Hash;
  NestState::Cursor& cursor = at.cursors[0];
  while (cursor.at < cursor.end) {
    const int64_t position = cursor.at;
    cursor.at += at.step;
    load_coordinate(lead, position);
    const int64_t coordinate = coordinate_at(lead, position);
    const int64_t variable = coordinate - offset;
    if (coordinate < 0 || variable < 0) continue;
    if (variable >= at.end) {
      if (sorted && at.step == 1 && level_of(lead.access, lead.level).kind == LevelKind::Compressed)
        break;
      continue;
    }
    state_.values[static_cast<size_t>(loop.variable)] = variable;
    state_.values[static_cast<size_t>(lead.result)] = position;
    bool meets = true;
    for (size_t i = 1; i < loop.drivers.size() && meets; ++i) {
      const NestDriver& other = loop.drivers[i];
      const int64_t found = find(other.access, other.level, value(other.parent),
                                 variable + value(other.offset), value(other.equals));
      state_.values[static_cast<size_t>(other.result)] = found;
      meets = found >= 0;
    }
    if (meets) return true;
  }
  return false;
}

/// Whether what is left of the fibers can still meet.
template <class Touch>
bool NestWalk<Touch>::can_go_on(const NestLoop& loop, const NestState::Loop& at) const {
  uint32_t alive = 0;
  for (size_t i = 0; i < loop.drivers.size(); ++i)
    alive |= at.cursors[i].at < at.cursors[i].end ? 1U << i : 0;
  for (uint32_t set = alive; set != 0; set = (set - 1) & alive) {
    if ((loop.truth >> set & 1) != 0) return true;
  }
  return false;
}

template <class Touch>
bool NestWalk<Touch>::advance_merge(const NestLoop& loop, NestState::Loop& at) {
  const bool unites =
      loop.drivers.size() < 2 || (loop.truth >> 1 & 1) != 0 || (loop.truth >> 2 & 1) != 0;
  for (;;) {
    for (size_t i = 0; i < loop.drivers.size(); ++i) {
      if ((at.present >> i & 1) == 0) continue;
      load_coordinate(loop.drivers[i], at.cursors[i].at);
      ++at.cursors[i].at;
    }
    at.present = 0;
    if (!can_go_on(loop, at)) return false;
    touch_.owe(unites ? touch_.slots().union_step : touch_.slots().intersect_step);
    int64_t least = std::numeric_limits<int64_t>::max();
    for (size_t i = 0; i < loop.drivers.size(); ++i) {
      NestState::Cursor& cursor = at.cursors[i];
      while (cursor.at < cursor.end && coordinate_at(loop.drivers[i], cursor.at) < 0) ++cursor.at;
      if (cursor.at >= cursor.end) continue;
      const int64_t variable =
          coordinate_at(loop.drivers[i], cursor.at) - value(loop.drivers[i].offset);
      if (variable < least) at.present = 0;
      least = std::min(least, variable);
      if (variable == least) at.present |= 1U << i;
    }
    if (least >= at.end) return false;
    if (least < 0 || (loop.truth >> at.present & 1) == 0) continue;
    state_.values[static_cast<size_t>(loop.variable)] = least;
    for (size_t i = 0; i < loop.drivers.size(); ++i) {
      state_.values[static_cast<size_t>(loop.drivers[i].result)] =
          (at.present >> i & 1) != 0 ? at.cursors[i].at : -1;
    }
    return true;
  }
}

/// Binary search in [begin, end) for the first coordinate that is not less.
template <class Touch>
int64_t NestWalk<Touch>::search(const NestLevel& level, const NestAccess& access, int64_t begin,
                                int64_t end, int64_t coordinate) {
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    touch_.owe(touch_.slots().locate_step);
    touch_.probe(access.place,
                 level.coordinate_base + static_cast<uint64_t>(middle) * level.coordinate_bytes,
                 level.coordinate_bytes, access.source);
    if (level.coordinate[middle] < coordinate) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

template <class Touch>
int64_t NestWalk<Touch>::find(int32_t access_id, int32_t level_id, int64_t parent,
                              int64_t coordinate, int64_t equals) {
  const NestAccess& access = nest_.accesses[static_cast<size_t>(access_id)];
  const NestLevel& level = level_of(access_id, level_id);
  if (parent < 0 || coordinate < 0 || coordinate >= level.extent) return -1;
  const auto probe = [&](uint64_t base, int64_t at, uint32_t bytes) {
    touch_.owe(touch_.slots().locate_step);
    touch_.probe(access.place, base + static_cast<uint64_t>(at) * bytes, bytes, access.source);
  };
  if (level.kind == LevelKind::Affine) {
    touch_.owe(touch_.slots().branch);
    return coordinate == equals ? parent : -1;
  }
  if (level.kind == LevelKind::Bitmap) {
    const int64_t at = parent * level.extent + coordinate;
    probe(level.coordinate_base, at / 64, 8);
    return level.coordinate[at] != 0 ? at : -1;
  }
  if (level.kind == LevelKind::Slots) {
    for (int64_t at = parent * level.width; at < (parent + 1) * level.width; ++at) {
      probe(level.coordinate_base, at, level.coordinate_bytes);
      if (level.coordinate[at] == coordinate) return at;
      if (level.coordinate[at] < 0) break;
    }
    return -1;
  }
  const int64_t begin = level.position[parent];
  const int64_t end = level.position[parent + 1];
  touch_.owe(touch_.slots().fiber);
  touch_.touch_run(access.place, AccessKind::Read,
                   level.position_base + static_cast<uint64_t>(parent) * level.position_bytes,
                   level.position_bytes, 2, level.position_bytes, access.source);
  if (level.kind == LevelKind::Hash) {
    probe(level.coordinate_base, begin, level.coordinate_bytes);
    const auto found = std::find(level.coordinate + begin, level.coordinate + end, coordinate);
    return found == level.coordinate + end ? -1 : found - level.coordinate;
  }
  const int64_t at = search(level, access, begin, end, coordinate);
  return at < end && level.coordinate[at] == coordinate ? at : -1;
}

template <class Touch>
bool NestWalk<Touch>::look_up(int32_t id) {
  const NestLookup& lookup = nest_.lookups[static_cast<size_t>(id)];
  int64_t& result = state_.values[static_cast<size_t>(lookup.result)];
  const int64_t parent = value(lookup.parent);
  const int64_t coordinate = value(lookup.coordinate);
  if (lookup.inserts) {
    const NestLevel& level = level_of(lookup.access, lookup.level);
    const int32_t* first = level.coordinate + level.position[parent];
    const int32_t* last = level.coordinate + level.position[parent + 1];
    const int32_t* found = std::lower_bound(first, last, coordinate);
    // Nothing will be written below a coordinate that the result does not get.
    if (found == last || *found != coordinate) return false;
    result = found - level.coordinate;
    touch_.owe(touch_.slots().insert);
    touch_.touch_run(Residence::Scratchpad, AccessKind::Read, 0, 0, 2, 8,
                     nest_.accesses[static_cast<size_t>(lookup.access)].source);
    return true;
  }
  result = find(lookup.access, lookup.level, parent, coordinate, value(lookup.equals));
  return result >= 0 || !lookup.required;
}

/// Iterations of a loop among tasks: as many as it has at this point, where that is known.
template <class Touch>
int64_t NestWalk<Touch>::count_of(const NestTasks& tasks, size_t loop) const {
  if (!tasks.apart) return tasks.counts[loop];
  return std::max<int64_t>(
      0,
      std::min(tasks.counts[loop], bound_of(nest_.loops[static_cast<size_t>(tasks.loops[loop])])));
}

/// Splits a task number into the iterations of its loops, the last loop fastest.
template <class Touch>
bool NestWalk<Touch>::decode(const NestTasks& tasks, int64_t task) {
  std::vector<int64_t> digits(tasks.loops.size());
  for (size_t i = tasks.loops.size(); i-- > 0;) {
    const int64_t count = count_of(tasks, i);
    if (count == 0) return false;
    digits[i] = task % count;
    task /= count;
  }
  if (task > 0) return false;  // beyond the last
  touch_.owe(touch_.slots().index * tasks.loops.size());
  for (size_t i = 0; i < digits.size(); ++i) {
    const NestLoop& loop = nest_.loops[static_cast<size_t>(tasks.loops[i])];
    if (digits[i] >= bound_of(loop)) return false;
    state_.values[static_cast<size_t>(loop.variable)] = digits[i];
  }
  return true;
}

template <class Touch>
bool NestWalk<Touch>::tasks_begin(int32_t id) {
  touch_.owe(touch_.slots().share);
  const NestTasks& tasks = nest_.tasks[static_cast<size_t>(id)];
  state_.task[static_cast<size_t>(id)] =
      touch_.share_index(tasks.share) - touch_.share_count(tasks.share);
  return tasks_next(id);
}

template <class Touch>
bool NestWalk<Touch>::tasks_next(int32_t id) {
  const NestTasks& tasks = nest_.tasks[static_cast<size_t>(id)];
  int64_t all = 1;
  for (size_t i = 0; i < tasks.counts.size(); ++i) all *= count_of(tasks, i);
  int64_t& task = state_.task[static_cast<size_t>(id)];
  const int64_t step = touch_.share_count(tasks.share);
  for (task += step; task < all; task += step) {
    touch_.owe(touch_.slots().add + touch_.slots().branch);
    if (decode(tasks, task)) return true;
  }
  return false;
}

template <class Touch>
bool NestWalk<Touch>::task_take(int32_t id) {
  const NestTasks& tasks = nest_.tasks[static_cast<size_t>(id)];
  return decode(tasks, touch_.task_register(tasks.task_register));
}

template <class Touch>
bool NestWalk<Touch>::peek(int32_t id, int64_t& variable, int64_t& position) const {
  const NestLoop& loop = nest_.loops[static_cast<size_t>(id)];
  const NestState::Loop& at = state_.loops[static_cast<size_t>(id)];
  if (loop.meeting == Meeting::Range) {
    variable = at.next;
    return at.next < at.end;
  }
  if (loop.meeting != Meeting::Scan || at.cursors[0].at >= at.cursors[0].end) return false;
  position = at.cursors[0].at;
  variable = coordinate_at(loop.drivers[0], position) - value(loop.drivers[0].offset);
  return variable >= 0 && variable < at.end;
}

}  // namespace weft::program
