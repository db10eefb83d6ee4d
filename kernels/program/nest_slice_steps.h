// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "kernels/program/nest_slice.h"

namespace weft::program {

/// One thread moves what several share.
template <class Touch>
bool NestSlices<Touch>::leads(Share sharers) const {
  return touch_.share_index(sharers) == 0;
}

template <class Touch>
std::vector<typename NestSlices<Touch>::Piece> NestSlices<Touch>::pieces_of(
    const NestSlice& slice) const {
  std::vector<Piece> pieces;
  slice.spans.empty() ? add_fibers(slice, pieces) : add_box(slice, pieces);
  return pieces;
}

/// The coordinates of a box, dim by dim.
template <class Touch>
std::vector<typename NestSlices<Touch>::Side> NestSlices<Touch>::sides_of(
    const NestSlice& slice) const {
  std::vector<Range> ranges;
  ranges.reserve(state_.values.size());
  for (const int64_t value : state_.values) ranges.push_back({value, value});
  std::vector<Range> first = ranges;
  for (size_t i = 0; i < slice.inner.size(); ++i) {
    ranges[static_cast<size_t>(slice.inner[i])] = {0, slice.inner_extents[i] - 1};
    first[static_cast<size_t>(slice.inner[i])] = {0, 0};
  }
  std::vector<Side> sides;
  for (const NestSlice::Span& span : slice.spans) {
    if (span.count > 0) {
      const int64_t stride = nest_.space.range(span.stride, first).low;
      sides.push_back({nest_.space.range(span.coordinate, first).low, span.count, stride});
      continue;
    }
    const Range range = nest_.space.range(span.coordinate, ranges);
    const int64_t low = std::max<int64_t>(0, range.low);
    sides.push_back({low, std::min(range.high, span.extent - 1) - low + 1, 1});
  }
  return sides;
}

/// The rows of a box of coordinates; rows that follow each other are one piece.
template <class Touch>
void NestSlices<Touch>::add_box(const NestSlice& slice, std::vector<Piece>& pieces) const {
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(slice.tensor)];
  const std::vector<Side> box = sides_of(slice);
  for (const Side& side : box) {
    if (side.count <= 0) return;
  }
  const int64_t parent = nest_.space.value(slice.parent, state_.values.data());
  std::vector<int64_t> at(box.size(), 0);
  const bool contiguous = box.back().stride == 1;
  const int64_t row = contiguous ? box.back().count : 1;
  for (;;) {
    int64_t position = parent;
    for (size_t i = 0; i < at.size(); ++i)
      position = position * slice.spans[i].extent + box[i].low + at[i] * box[i].stride;
    const Piece piece{tensor.base + static_cast<uint64_t>(position) * tensor.bytes,
                      static_cast<uint64_t>(row) * tensor.bytes, tensor.bytes};
    const bool follows =
        !pieces.empty() && pieces.back().address + pieces.back().bytes == piece.address;
    if (follows) {
      pieces.back().bytes += piece.bytes;
    } else {
      pieces.push_back(piece);
    }
    size_t dim = at.size() - (contiguous ? 1 : 0);
    while (dim-- > 0 && ++at[dim] == box[dim].count) at[dim] = 0;
    if (dim == static_cast<size_t>(-1)) return;
  }
}

/// What lies below a position: positions and coordinates of the levels, then values.
template <class Touch>
void NestSlices<Touch>::add_fibers(const NestSlice& slice, std::vector<Piece>& pieces) const {
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(slice.tensor)];
  int64_t begin = nest_.space.value(slice.parent, state_.values.data());
  int64_t end = begin + 1;
  if (begin < 0) return;
  const auto add = [&](uint64_t base, int64_t from, int64_t to, uint32_t bytes) {
    if (to <= from) return;
    pieces.push_back({base + static_cast<uint64_t>(from) * bytes,
                      static_cast<uint64_t>(to - from) * bytes, bytes});
  };
  if (slice.by_positions) {
    end = std::min(nest_.space.value(slice.parent_end, state_.values.data()),
                   tensor.levels[static_cast<size_t>(slice.level)].positions);
  }
  for (auto l = static_cast<size_t>(slice.level); l < tensor.levels.size(); ++l) {
    const NestLevel& level = tensor.levels[l];
    const bool given = slice.by_positions && l == static_cast<size_t>(slice.level);
    const bool compressed = level.kind == LevelKind::Compressed || level.kind == LevelKind::Hash;
    if (compressed && !given) {
      add(level.position_base, begin, end + 1, level.position_bytes);
      begin = level.position[begin];
      end = level.position[end];
    } else if (!compressed && !given && level.kind != LevelKind::Affine) {
      const int64_t width = level.kind == LevelKind::Slots ? level.width : level.extent;
      begin *= width;
      end *= width;
    }
    if (compressed || level.kind == LevelKind::Slots)
      add(level.coordinate_base, begin, end, level.coordinate_bytes);
  }
  add(tensor.base, begin, end, tensor.bytes);
}

template <class Touch>
void NestSlices<Touch>::fetch(const NestHold& hold, NestState::Hold& at) {
  at.ready_at = touch_.now();
  const std::vector<Piece> pieces = pieces_of(hold.slice);
  // A box is one strided order, fibers are one order for each of their arrays.
  touch_.issue(nest_.slots.dma * (hold.slice.spans.empty() ? pieces.size() : 1));
  for (const Piece& piece : pieces) {
    at.ready_at = std::max(at.ready_at, touch_.fill(piece.address, piece.bytes, hold.source));
  }
}

/// Threads move elements by loads and stores; true where all are there.
template <class Touch>
bool NestSlices<Touch>::load_pieces(const NestHold& hold, const std::vector<Piece>& pieces) {
  int64_t first = 0;
  int64_t left = kTogether;
  const int64_t index = touch_.share_index(hold.sharers);
  const int64_t count = touch_.share_count(hold.sharers);
  for (const Piece& piece : pieces) {
    const auto elements = static_cast<int64_t>(piece.bytes / piece.element_bytes);
    for (int64_t i = 0; i < elements; ++i) {
      if ((first + i) % count != index || first + i < state_.moved) continue;
      if (left-- == 0) {
        state_.moved = first + i;
        return false;
      }
      touch_.owe((hold.to == Residence::Register ? 1 : 2) * nest_.slots.load);
      touch_.touch(hold.from, AccessKind::Read,
                   piece.address + static_cast<uint64_t>(i) * piece.element_bytes,
                   piece.element_bytes, hold.source);
      touch_.touch(hold.to, AccessKind::Write, 0, piece.element_bytes, hold.source);
    }
    first += elements;
  }
  state_.moved = 0;
  return true;
}

template <class Touch>
Outcome NestSlices<Touch>::fill(int32_t id) {
  const NestHold& hold = nest_.holds[static_cast<size_t>(id)];
  NestState::Hold& at = state_.holds[static_cast<size_t>(id)];
  if (!hold.by_dma) {
    return load_pieces(hold, pieces_of(hold.slice)) ? Outcome::Next : Outcome::Again;
  }
  if (!leads(hold.sharers)) return Outcome::Next;
  if (!at.fetched) fetch(hold, at);
  touch_.wait_for_dma(at.ready_at, hold.source);
  at.fetched = false;
  if (hold.sharers == Share::None) prefetch(id);
  return Outcome::Next;
}

template <class Touch>
Outcome NestSlices<Touch>::prefetch(int32_t id) {
  const NestHold& hold = nest_.holds[static_cast<size_t>(id)];
  if (hold.buffers < 2 || !hold.by_dma || !leads(hold.sharers) || hold.loop < 0)
    return Outcome::Next;
  int64_t variable = 0;
  int64_t position = -1;
  if (!walk_.peek(hold.loop, variable, position)) return Outcome::Next;
  const NestLoop& loop = nest_.loops[static_cast<size_t>(hold.loop)];
  int64_t& value = state_.values[static_cast<size_t>(loop.variable)];
  const int64_t kept = value;
  value = variable;
  int64_t* result =
      loop.drivers.empty() ? nullptr : &state_.values[static_cast<size_t>(loop.drivers[0].result)];
  const int64_t kept_result = result == nullptr ? 0 : *result;
  if (result != nullptr) *result = position;
  NestState::Hold& at = state_.holds[static_cast<size_t>(id)];
  fetch(hold, at);
  at.fetched = true;
  value = kept;
  if (result != nullptr) *result = kept_result;
  return Outcome::Next;
}

template <class Touch>
Outcome NestSlices<Touch>::clear(int32_t id) {
  const NestAccumulator& accumulator = nest_.accumulators[static_cast<size_t>(id)];
  int64_t elements = 0;
  for (const Piece& piece : pieces_of(accumulator.slice))
    elements += static_cast<int64_t>(piece.bytes / piece.element_bytes);
  const int64_t sharers = touch_.share_count(accumulator.sharers);
  const int64_t mine = (elements + sharers - 1) / sharers;
  const NestSlots& slots = nest_.slots;
  if (accumulator.place == Residence::Register) {
    touch_.owe(static_cast<uint64_t>(mine) * slots.move);
    return Outcome::Next;
  }
  const int64_t loops = (mine + kUnrolled - 1) / kUnrolled;
  touch_.owe(slots.run + static_cast<uint64_t>(mine) * slots.load +
             static_cast<uint64_t>(loops) * slots.loop);
  touch_.touch_run(accumulator.place, AccessKind::Write, 0, 0, mine, 8, accumulator.source);
  return Outcome::Next;
}

/// The thread that is left with the sum of all, or of its warp.
template <class Touch>
bool NestSlices<Touch>::writes(const NestAccumulator& accumulator) const {
  if (accumulator.joined == Joined::No) return true;
  const int64_t index = touch_.share_index(accumulator.joiners);
  return accumulator.joined == Joined::Shuffle ? index % kWarpLanes == 0 : index == 0;
}

template <class Touch>
Outcome NestSlices<Touch>::join(int32_t id, int64_t step) {
  const NestAccumulator& accumulator = nest_.accumulators[static_cast<size_t>(id)];
  int64_t elements = 0;
  for (const Piece& piece : pieces_of(accumulator.slice))
    elements += static_cast<int64_t>(piece.bytes / piece.element_bytes);
  if (accumulator.joined != Joined::Shuffle) {
    join_in_scratchpad(accumulator, step, elements);
    return Outcome::Next;
  }
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(accumulator.slice.tensor)];
  touch_.owe(static_cast<uint64_t>(elements) * nest_.slots.load);
  touch_.touch_run(Residence::Lanes, AccessKind::Read, 0, 0, elements, tensor.bytes,
                   accumulator.source);
  touch_.arithmetic(static_cast<uint64_t>(elements) * nest_.slots.add);
  return Outcome::Next;
}

/// First every thread leaves its own there; then each thread that is still at work adds what it
/// takes from others, and all but the last leave the sum.
template <class Touch>
void NestSlices<Touch>::join_in_scratchpad(const NestAccumulator& accumulator, int64_t step,
                                           int64_t elements) {
  const int64_t threads = touch_.share_count(accumulator.joiners);
  const int64_t index = touch_.share_index(accumulator.joiners);
  const NestTensor& tensor = nest_.tensors[static_cast<size_t>(accumulator.slice.tensor)];
  const auto move = [&](AccessKind kind, int64_t count) {
    touch_.owe(static_cast<uint64_t>(count) * nest_.slots.load);
    touch_.touch_run(Residence::Scratchpad, kind, 0, 0, count, tensor.bytes, accumulator.source);
  };
  touch_.owe(nest_.slots.branch);
  if (step == 0) {
    if (accumulator.place == Residence::Register) move(AccessKind::Write, elements);
    return;
  }
  const int64_t steps = join_steps(accumulator.joined, threads);
  const int64_t left = accumulator.joined == Joined::Serial ? 1 : int64_t{1} << (steps - 1 - step);
  const int64_t others = accumulator.joined == Joined::Serial ? threads - 1 : 1;
  if (index >= left || index + left >= threads) return;
  move(AccessKind::Read, others * elements);
  touch_.arithmetic(static_cast<uint64_t>(others * elements) * nest_.slots.add);
  if (step + 1 < steps) move(AccessKind::Write, elements);
}

template <class Touch>
Outcome NestSlices<Touch>::flush(int32_t id) {
  const NestAccumulator& accumulator = nest_.accumulators[static_cast<size_t>(id)];
  if (!writes(accumulator)) {
    touch_.owe(nest_.slots.branch);
    return Outcome::Next;
  }
  const std::vector<Piece> pieces = pieces_of(accumulator.slice);
  const bool by_threads = !accumulator.by_dma || accumulator.adds || accumulator.atomic ||
                          accumulator.to == Residence::Scratchpad;
  if (by_threads) return flush_elements(accumulator, pieces) ? Outcome::Next : Outcome::Again;
  if (!leads(accumulator.sharers)) return Outcome::Next;
  uint64_t done = touch_.now();
  touch_.issue(nest_.slots.dma);
  for (const Piece& piece : pieces) {
    done = std::max(done, touch_.drain(piece.address, piece.bytes, accumulator.source));
  }
  touch_.wait_for_dma(done, accumulator.source);
  return Outcome::Next;
}

/// Threads of the core take elements in turn; true where all are written.
template <class Touch>
bool NestSlices<Touch>::flush_elements(const NestAccumulator& accumulator,
                                       const std::vector<Piece>& pieces) {
  int64_t first = 0;
  int64_t left = kTogether;
  const int64_t index = touch_.share_index(accumulator.sharers);
  const int64_t count = touch_.share_count(accumulator.sharers);
  for (const Piece& piece : pieces) {
    const auto elements = static_cast<int64_t>(piece.bytes / piece.element_bytes);
    int64_t i = std::max<int64_t>(0, state_.moved - first);
    i += ((index - first - i) % count + count) % count;
    for (; i < elements; i += count) {
      if (left-- == 0) {
        state_.moved = first + i;
        return false;
      }
      const uint64_t address = piece.address + static_cast<uint64_t>(i) * piece.element_bytes;
      touch_.owe(accumulator.place == Residence::Register
                     ? nest_.slots.load
                     : 2 * nest_.slots.load + nest_.slots.loop);
      touch_.touch(accumulator.place, AccessKind::Read, 0, 8, accumulator.source);
      if (accumulator.adds && !accumulator.atomic) {
        touch_.owe(nest_.slots.load + nest_.slots.add);
        touch_.touch(accumulator.to, AccessKind::Read, address, piece.element_bytes,
                     accumulator.source);
      }
      touch_.touch(accumulator.to, accumulator.atomic ? AccessKind::Atomic : AccessKind::Write,
                   address, piece.element_bytes, accumulator.source);
    }
    first += elements;
  }
  state_.moved = 0;
  return true;
}

}  // namespace weft::program
