// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/scalar_ops.h"

namespace weft::sim {

/// Loads, stores and atomics of a thread, and what it asks of the DMA engine.
struct MemoryOps : ScalarOps {
  using ScalarOps::ScalarOps;

  uint64_t address_of(const Array& target, int64_t index) const {
    const uint64_t element = static_cast<uint64_t>(index) & target.index_mask;
    return target.base + thread.id * target.thread_stride + element * target.bytes;
  }

  static void load_value(const Array& source, const void* from, int64_t index, Register& to) {
    switch (source.type) {
      case program::ElementType::Int32:
        to.integer = static_cast<const int32_t*>(from)[index];
        break;
      case program::ElementType::Int64:
        to.integer = static_cast<const int64_t*>(from)[index];
        break;
      case program::ElementType::Real64:
        to.real = static_cast<const double*>(from)[index];
        break;
    }
  }

  static void store_value(const Array& target, void* to, int64_t index, Register from) {
    switch (target.type) {
      case program::ElementType::Int32:
        static_cast<int32_t*>(to)[index] = static_cast<int32_t>(from.integer);
        break;
      case program::ElementType::Int64:
        static_cast<int64_t*>(to)[index] = from.integer;
        break;
      case program::ElementType::Real64:
        static_cast<double*>(to)[index] = from.real;
        break;
    }
  }

  /// Reads element `index` of an array in time; a single-threaded core goes on and `to_register` is
  /// ready later.
  void timed_read(const Array& source, int64_t index, uint16_t charged_to, uint8_t to_register) {
    const uint64_t address = address_of(source, index);
    if (source.space == program::Space::Scratchpad) {
      scratchpad(address);
      return;
    }
    issue(0);
    const bool cached = source.space == program::Space::Cached;
    const uint64_t done = cached ? cache_done(address, charged_to)
                                 : memory_done(AccessKind::Read, address, source.bytes, charged_to);
    if (thread.stall_on_use) {
      thread.ready[to_register] = done;
    } else {
      wait_until(
          cached && done == now + core.parameters_.cache.hit_cycles ? Cause::Cache : Cause::Memory,
          done);
    }
  }

  void load(const MicroOp& op) {
    use(op.b);
    const Array& source = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    owe(op.slots);
    timed_read(source, index, op.source, op.a);
    load_value(source, source.data, index, thread.reg[op.a]);
  }

  void store(const MicroOp& op) {
    use(op.a);
    use(op.b);
    const Array& target = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    owe(op.slots);
    if (target.space == program::Space::Scratchpad) {
      scratchpad(address_of(target, index));
    } else {
      issue(0);
      memory(AccessKind::Write, address_of(target, index), target.bytes, op.source);
    }
    store_value(target, target.data, index, thread.reg[op.a]);
  }

  void atomic_add(const MicroOp& op) {
    const Array& target = array(op.array);
    const int64_t index = integer(op.b) + op.immediate;
    owe(op.slots);
    if (target.space == program::Space::Scratchpad) {
      scratchpad(address_of(target, index), true);
    } else {
      issue(0);
      memory(AccessKind::Atomic, address_of(target, index), target.bytes, op.source);
    }
    Register old{};
    load_value(target, target.data, index, old);
    Register sum = old;
    sum.integer += integer(op.c);
    store_value(target, target.data, index, sum);
    thread.reg[op.a] = old;
  }

  /// Fetches elements [b, b + c) of a column array and a value array into the thread's buffers.
  void dma_fill(const MicroOp& op) {
    issue(op.slots);
    const auto begin = static_cast<uint64_t>(integer(op.b));
    const auto count = static_cast<uint64_t>(integer(op.c));
    thread.announced_array = op.array;
    thread.announced_begin = integer(op.b);
    uint64_t done = now;
    for (const int32_t held : {op.array, op.array2}) {
      if (held < 0 || count == 0) continue;
      const Array& source = array(held);
      core.sources_[op.source].memory_bytes += count * source.bytes;
      prefetch_elements(source, begin, count);
      done = std::max(done, core.dma_.fill(now, source.memory_base + begin * source.bytes,
                                           count * source.bytes));
    }
    integer(op.a) = static_cast<int64_t>(done);
  }

  /// Brings the host's copy of elements that a fill announces closer: they are read within
  /// microseconds.
  static void prefetch_elements(const Array& source, uint64_t begin, uint64_t count) {
    constexpr uint64_t kLine = 64;
    constexpr uint64_t kMost = 8 * kLine;
    const uint64_t width = source.type == program::ElementType::Int32 ? 4 : 8;
    const auto* from = static_cast<const char*>(source.data) + begin * width;
    for (uint64_t at = 0; at < std::min(count * width, kMost); at += kLine)
      __builtin_prefetch(from + at);
  }

  void dma_wait(const MicroOp& op) {
    issue(op.slots);
    wait_until(Cause::Dma, static_cast<uint64_t>(integer(op.a)));
  }

  /// Moves a row from the upper-bound storage to its place in the result, as two background
  /// descriptors.
  void dma_move(const MicroOp& op) {
    issue(op.slots);
    const int64_t from = integer(op.b);
    const int64_t count = integer(op.c);
    const int64_t to = integer(op.d);
    if (count == 0) return;
    const Array& columns = array(accumulator().dense_column);
    const Array& values = array(accumulator().dense_value);
    const uint64_t group = core.groups_begun_ - 1;
    const auto post = [&](const Array& source, uint64_t result_base) {
      const auto bytes = static_cast<uint64_t>(count) * source.bytes;
      core.sources_[op.source].memory_bytes += 2 * bytes;
      core.dma_.post(now, {.source = address_of(source, from),
                           .destination = result_base + static_cast<uint64_t>(to) * source.bytes,
                           .bytes = bytes,
                           .group = group});
    };
    post(columns, code.result_column_base);
    post(values, code.result_value_base);
    const auto* column = static_cast<const int32_t*>(data(accumulator().dense_column));
    const auto* value = static_cast<const double*>(data(accumulator().dense_value));
    core.run_->result.store_run(to, column + from, value + from, count);
  }

  void dma_clear(const MicroOp& op) {
    issue(op.slots);
    const uint64_t table_bytes = accumulator().slots * program::slot_bytes(accumulator().layout);
    core.dma_.post(
        now, {.bytes = table_bytes, .group = core.groups_begun_ - 1, .clears_scratchpad = true});
    core.table().clear();
  }
};

}  // namespace weft::sim
