// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/insert_hands.h"
#include "sim/core/memory_ops.h"

namespace weft::sim {

/// Inserts into the hash table that the threads of a core share.
///
/// They are inlined into the loop over a run, with what the products of a row have in common, so
/// that a product works on registers.
struct InsertOps : MemoryOps {
  using MemoryOps::MemoryOps;

  /// Elements of an array as this thread sees them: the host's copy, and their addresses.
  template <class Element>
  struct Elements {
    Element* data;
    uint64_t begin;
    uint64_t index_mask;
    uint32_t bytes;

    Place place(int64_t at) const {
      return {begin + (static_cast<uint64_t>(at) & index_mask) * bytes, bytes};
    }
  };

  template <class Element>
  Elements<Element> elements(int32_t id) const {
    if (id < 0) return {};
    const Array& bound = array(id);
    return {static_cast<Element*>(bound.data), address_of(bound, 0), bound.index_mask, bound.bytes};
  }

  /// Where the products of one row go.
  struct TableRow {
    SharedTable& table;
    SharedTable::Part part;
    int64_t row;    // in the window
    int64_t begin;  // of the row's upper-bound storage
    uint16_t source;
    int32_t* count;  // entries so far
    uint64_t count_address;
    Elements<int32_t> columns;  // upper-bound storage, of the tag-offset layout
    Elements<double> values;
  };

  TableRow table_row(const MicroOp& op, uint8_t region_register) {
    const int64_t row = integer(op.a) - core.group_.begin;
    const Elements<int32_t> counts = elements<int32_t>(accumulator().row_count);
    SharedTable& table = core.table();
    return {.table = table,
            .part = table.part(program::Region(integer(region_register))),
            .row = row,
            .begin = integer(op.d),
            .source = op.source,
            .count = counts.data + row,
            .count_address = counts.place(row).address,
            .columns = elements<int32_t>(accumulator().dense_column),
            .values = elements<double>(accumulator().dense_value)};
  }

  /// Whether the pass at hand keeps a column.
  template <class Hand>
  [[gnu::always_inline]] bool in_pass(Hand& hand, int64_t column) {
    if (!core.group_is_partial_) return true;
    hand.owe(slots().column_filter);
    return column >= core.group_.column_begin && column < core.group_.column_end;
  }

  void insert_shared(const MicroOp& op) {
    BankedHand hand{*this};
    hand.owe(op.slots);
    if (!in_pass(hand, integer(op.b))) return;
    const TableRow row = table_row(op, static_cast<uint8_t>(op.immediate));
    const auto column = static_cast<int32_t>(integer(op.b));
    ++core.products_;
    core.probes_ += accumulator().layout == program::TableLayout::TagData
                        ? insert_tag_data(hand, row, column, real(op.c))
                        : insert_tag_offset(hand, row, column, real(op.c));
  }

  /// A run of products of one fiber of B that lies in the thread's buffers: load column and value,
  /// multiply, insert, advance. The same steps as the loop of single operations, but the
  /// scratchpad's banks are not booked: buffers and regions belong to one thread. Stops at the end
  /// of the quantum; returns true at the end of the fiber.
  bool insert_run(const MicroOp& op, uint64_t until) {
    return accumulator().layout == program::TableLayout::TagData
               ? run_of<program::TableLayout::TagData>(op, until)
               : run_of<program::TableLayout::TagOffset>(op, until);
  }

  template <program::TableLayout layout>
  bool run_of(const MicroOp& op, uint64_t until) {
    const TableRow row = table_row(op, program::region_register(op));
    const auto* columns = static_cast<const int32_t*>(array(op.array).data);
    const auto* values = static_cast<const double*>(array(op.array2).data);
    const double scale = real(program::scale_register(op));
    const int64_t begin = integer(op.b);
    const int64_t end = integer(op.c);
    const ProductsAhead ahead = products_ahead(op, end);
    RunHand hand(*this);
    uint64_t rejected = 0;
    uint64_t probes = 0;
    int64_t at = begin;
    for (; at < end && hand.now() < until; ++at) {
      hand.owe(op.slots);
      hand.take(0, false);
      hand.take(0, false);
      // The compiler drops calls of functions that do nothing but prefetch: hence an address.
      __builtin_prefetch(row.part.home_slot(columns[ahead.of(at)]));
      const int32_t column = columns[at];
      if (!in_pass(hand, column)) {
        ++rejected;
      } else if constexpr (layout == program::TableLayout::TagData) {
        probes += insert_tag_data(hand, row, column, scale * values[at]);
      } else {
        probes += insert_tag_offset(hand, row, column, scale * values[at]);
      }
    }
    hand.finish(op.source);
    core.products_ += static_cast<uint64_t>(at - begin) - rejected;
    core.probes_ += probes;
    integer(op.b) = at;
    return at == end;
  }

  /// Which product of the same row is looked at a few products later, in this run or in the one
  /// that the thread has posted the fill of.
  struct ProductsAhead {
    static constexpr int64_t kAhead = 8;
    int64_t end;    // of the run at hand
    int64_t jump;   // from there to the next run
    int64_t count;  // of the array

    int64_t of(int64_t at) const {
      int64_t ahead = at + kAhead;
      if (ahead >= end) ahead += jump;
      return ahead < count ? ahead : at;
    }
  };

  ProductsAhead products_ahead(const MicroOp& op, int64_t end) const {
    const bool announced = thread.announced_array == op.array;
    return {end, announced ? thread.announced_begin - end : 0, array(op.array).count};
  }

  /// A chain of probes that ends at `address`. Every one is an access to the word that holds the
  /// tag; the first is timed by itself, those that follow in steps of a few whose latencies add up.
  template <class Hand>
  [[gnu::always_inline]] void probe_chain(Hand& hand, uint64_t address, uint64_t probes,
                                          bool atomic) {
    constexpr uint64_t kProbesTogether = 16;
    hand.owe(slots().probe_check);
    hand.take(address, atomic);
    if (probes == 1) return;
    for (uint64_t left = probes - 1; left > 0;) {
      const uint64_t together = std::min(left, kProbesTogether);
      hand.walk(together, together * (slots().probe_step + slots().probe_check), atomic);
      left -= together;
    }
  }

  /// V1 and V2 of SMASH: compare-and-swap on the tag, count a new entry in its row, add the value
  /// in place. Returns the slots looked at.
  template <class Hand>
  [[gnu::always_inline]] uint64_t insert_tag_data(Hand& hand, const TableRow& row, int32_t column,
                                                  double value) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagData);
    hand.owe(slots().hash);
    const SharedTable::Found found = row.part.find(column);
    const uint64_t address = core.table_base(kSlotBytes) + found.slot * kSlotBytes;
    probe_chain(hand, address, found.probes, true);
    if (!found.present) {
      row.table.put(found.slot, column, static_cast<uint32_t>(row.row));
      hand.owe(slots().insert_new);
      hand.take(row.count_address, true);
      ++*row.count;
    }
    hand.settle();
    hand.owe_block(slots().accumulate);
    hand.take(address + 8, true);
    row.table.add(found.slot, value);
    return found.probes;
  }

  /// V3 of SMASH: the slot holds an offset into storage in memory. A new entry takes the next
  /// offset of its row, writes column and value there and then publishes the offset; a known one is
  /// a remote atomic on its value. Returns the slots looked at.
  template <class Hand>
  [[gnu::always_inline]] uint64_t insert_tag_offset(Hand& hand, const TableRow& row, int32_t column,
                                                    double value) {
    constexpr uint64_t kSlotBytes = program::slot_bytes(program::TableLayout::TagOffset);
    hand.owe(slots().hash);
    const SharedTable::Found found = row.part.find(column);
    const uint64_t address = core.table_base(kSlotBytes) + found.slot * kSlotBytes;
    probe_chain(hand, address, found.probes, false);
    if (found.present) {
      const int64_t at = row.begin + row.table.extra(found.slot);
      hand.settle();
      hand.issue(slots().offset_hit);
      hand.memory(AccessKind::Atomic, row.values.place(at), row.source);
      row.values.data[at] += value;
      return found.probes;
    }
    hand.take(row.count_address, true);
    const auto offset = static_cast<uint32_t>((*row.count)++);
    const int64_t at = row.begin + offset;
    hand.settle();
    hand.issue(slots().offset_new + 1u);
    hand.write_pair(row.columns.place(at), row.values.place(at), row.source);
    hand.owe(1);
    hand.take(address, true);
    row.table.put(found.slot, column, offset);
    row.columns.data[at] = column;
    row.values.data[at] = value;
    return found.probes;
  }
};

}  // namespace weft::sim
