// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "sim/core/outcome.h"
#include "sim/core/private_row.h"
#include "sim/core/table_ops.h"
#include "sim/core/thread.h"

namespace weft::sim {

/// The private accumulators: one per thread in its own part of the scratchpad, so without atomics.
/// Loads and stores of one thread follow each other.
///
/// A hash table takes an entry of 16 bytes, tag and value; a dense accumulator a value of 8 bytes
/// and a bit per column, the bitmap behind the values.
template <class Step>
struct PrivateOps {
  using MicroOp = program::MicroOp;
  static constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagData);
  // Slots or words that a scan looks at, and steps of a sort, between two looks at the other
  // threads.
  static constexpr uint64_t kTogether = 8;

  Step& step;
  PrivateRow& row = step.thread.row;
  const program::Accumulator& accumulator = step.accumulator();
  const program::SlotTable& slots = step.slots();

  bool hashed() const { return accumulator.kind == program::AccumulatorKind::Hash; }
  uint64_t base() const { return accumulator.base + step.thread.id * accumulator.thread_stride; }

  void begin(const MicroOp& op) {
    step.owe(op.slots);
    const int64_t first = step.integer(op.b);
    const auto columns = static_cast<int64_t>(accumulator.columns);
    row.begin = std::max<int64_t>(first, 0);
    row.end = first >= 0 ? std::min(first + accumulator.pass_columns, columns) : columns;
    if (hashed()) {
      const double bound = static_cast<double>(step.integer(op.a)) / accumulator.load_factor;
      const auto wanted = std::bit_ceil(static_cast<uint64_t>(std::ceil(bound)));
      row.table.begin(std::min(wanted, accumulator.slots), accumulator.bits, row.begin,
                      row.end - row.begin);
    } else {
      row.dense.begin(row.begin, static_cast<uint64_t>(row.end - row.begin));
    }
  }

  Outcome filter(const MicroOp& op) {
    const int64_t column = step.integer(op.a);
    step.thread.pending_slots += slots.column_filter;
    return column >= row.begin && column < row.end ? Outcome::Next : Outcome::Jump;
  }

  void insert(const MicroOp& op) {
    const int64_t column = step.integer(op.b);
    const bool values = op.immediate == 0;
    step.core.products_ += values ? 1 : 0;
    step.thread.pending_slots += op.slots;
    if (hashed()) {
      insert_hashed(static_cast<int32_t>(column), step.real(op.c), values);
    } else {
      insert_dense(static_cast<int32_t>(column), step.real(op.c), values);
    }
  }

  void insert_hashed(int32_t column, double value, bool values) {
    const PrivateTable::Found found = row.table.find(column);
    const uint64_t address = base() + found.slot * kSlotBytes;
    step.core.probes_ += found.probes;
    step.thread.pending_slots += slots.hash;
    BankedHand hand{step};
    step.probe_chain(hand, address, found.probes, false);
    if (!found.present) {
      row.table.put(found.slot, column, value);
      step.owe(slots.insert_new);
      step.scratchpad(address);
      if (values) step.scratchpad(address + 8);
    } else if (values) {
      row.table.add(found.slot, value);
      add_in_place(address + 8);
    }
  }

  void insert_dense(int32_t column, double value, bool values) {
    const uint64_t at = row.dense.offset(column);
    const uint64_t bitmap = base() + accumulator.slots * 8 + at / 64 * 8;
    step.owe(slots.dense_insert);
    step.scratchpad(bitmap);
    const bool fresh = row.dense.add(column, value);
    if (fresh) {
      step.scratchpad(bitmap);
      if (!values) return;
      step.owe(1);
      step.scratchpad(base() + at * 8);
    } else if (values) {
      add_in_place(base() + at * 8);
    }
  }

  /// Load, add, store: nobody else touches the word.
  void add_in_place(uint64_t address) {
    step.owe(1);
    step.scratchpad(address);
    step.owe(slots.accumulate + 1);
    step.scratchpad(address);
  }

  /// Looks at every slot, or at every word of the bitmap, and sorts what it finds where that is
  /// wanted.
  Outcome drain(const MicroOp& op) {
    const auto mode = static_cast<program::DrainMode>(op.immediate);
    if (!row.draining) {
      step.owe(op.slots);
      begin_drain(mode);
    }
    const uint64_t looked_at = std::min(row.scan_left, kTogether);
    if (looked_at > 0) {
      walk(looked_at * slots.drain_empty, looked_at);
      row.scan_left -= looked_at;
    } else if (row.steps_left > 0) {
      const uint64_t steps = std::min(row.steps_left, kTogether);
      walk(steps * slots.sort_step, 2 * steps);
      row.steps_left -= steps;
    }
    if (row.scan_left > 0 || row.steps_left > 0) return Outcome::Again;
    row.draining = false;
    step.integer(op.a) = hashed() ? row.table.entries() : row.dense.entries();
    return Outcome::Next;
  }

  /// A hash table that was only counted is left as it is: tags of an earlier row count as free.
  void begin_drain(program::DrainMode mode) {
    row.draining = true;
    row.gathered.clear();
    row.next = 0;
    row.sorted = hashed() && mode == program::DrainMode::Sort;
    row.scan_left = 0;
    row.steps_left = 0;
    if (!hashed()) {
      row.scan_left = row.dense.words() + row.dense.gather(row.gathered);
      return;
    }
    if (mode == program::DrainMode::Count) return;
    row.scan_left = row.table.slots();
    row.table.gather(row.gathered);
    if (row.sorted) sort();
  }

  /// The entries move together to the front of the table, a load and two stores each, and are
  /// sorted there by n log2 n compare-exchanges.
  void sort() {
    std::sort(row.gathered.begin(), row.gathered.end(),
              [](const Entry& x, const Entry& y) { return x.column < y.column; });
    const uint64_t n = row.gathered.size();
    if (n < 2) return;
    row.scan_left += 3 * n;
    row.steps_left = n * static_cast<uint64_t>(std::bit_width(n - 1));
  }

  void walk(uint64_t issue_slots, uint64_t accesses) {
    step.issue(issue_slots);
    step.wait_until(Cause::Scratchpad, step.now + step.core.scratchpad_.walk(accesses, false));
  }

  Outcome next(const MicroOp& op) {
    step.owe(op.slots);
    if (row.next == row.gathered.size()) return Outcome::Jump;
    const Entry entry = row.gathered[row.next];
    step.owe(slots.drain_entry);
    const uint64_t value_at =
        hashed() ? row.next * kSlotBytes + 8 : row.dense.offset(entry.column) * 8;
    if (row.sorted) step.scratchpad(base() + row.next * kSlotBytes);
    step.scratchpad(base() + value_at);
    ++row.next;
    step.integer(op.a) = entry.column;
    step.real(op.b) = entry.value;
    return Outcome::Next;
  }
};

}  // namespace weft::sim
