// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/core/private_row.h"

namespace weft::sim {

/// A fiber that a merge has open. Its values are elements [cursor, end) of the merged tensor times
/// `scale`, or of a spilled run; the machine reads them from element `stored_at` on of the arrays
/// that hold them.
struct OpenFiber {
  int64_t cursor;
  int64_t end;
  int64_t stored_at;
  double scale;
  int32_t run;  // -1: from the tensor
};

/// The open fibers of a merge, ordered by their present columns in a binary heap. Fibers on the
/// same column are taken in the order in which they were opened.
class MergeHeap {
 public:
  bool empty() const { return keys_.empty(); }
  size_t size() const { return keys_.size(); }
  /// Comparisons on the way from the root to a leaf.
  uint64_t levels() const {
    return keys_.empty() ? 0 : static_cast<uint64_t>(std::bit_width(keys_.size() - 1));
  }

  int32_t column() const { return static_cast<int32_t>(keys_.front() >> 32); }
  OpenFiber& fiber() { return fibers_[static_cast<uint32_t>(keys_.front())]; }

  void open(int32_t column, const OpenFiber& fiber) {
    keys_.push_back(key(column, static_cast<uint32_t>(fibers_.size())));
    fibers_.push_back(fiber);
    std::push_heap(keys_.begin(), keys_.end(), std::greater<>());
  }

  /// The first fiber stands on `column` now: sifts it down.
  void move_on(int32_t column) {
    const uint64_t moved = key(column, static_cast<uint32_t>(keys_.front()));
    size_t hole = 0;
    for (size_t child = 1; child < keys_.size(); child = 2 * hole + 1) {
      if (child + 1 < keys_.size() && keys_[child + 1] < keys_[child]) ++child;
      if (moved <= keys_[child]) break;
      keys_[hole] = keys_[child];
      hole = child;
    }
    keys_[hole] = moved;
  }

  /// The first fiber has ended.
  void close() {
    std::pop_heap(keys_.begin(), keys_.end(), std::greater<>());
    keys_.pop_back();
    if (keys_.empty()) fibers_.clear();
  }

 private:
  static uint64_t key(int32_t column, uint32_t fiber) {
    return static_cast<uint64_t>(column) << 32 | fiber;
  }

  std::vector<uint64_t> keys_;
  std::vector<OpenFiber> fibers_;
};

/// What a thread's merge keeps: its heap, the runs it spilled, and the sum of the column at hand.
struct MergeState {
  struct Run {
    std::vector<Entry> entries;
    int64_t stored_at;  // in the thread's spill memory, not wrapped
  };

  MergeHeap heap;
  std::vector<Run> runs;
  size_t first_waiting = 0;
  bool appending = false;  // the last run still grows
  int64_t spilled = 0;     // entries of this row written to spill memory
  double sum = 0.0;

  std::vector<std::vector<Entry>> spare;  // buffers of runs that are gone

  size_t waiting() const { return runs.size() - first_waiting; }

  void begin_run() {
    runs.push_back({{}, spilled});
    appending = true;
    if (spare.empty()) return;
    runs.back().entries = std::move(spare.back());
    spare.pop_back();
  }

  void end_run(size_t run) {
    runs[run].entries.clear();
    spare.push_back(std::move(runs[run].entries));
  }

  /// All runs have been merged: the next row spills from the beginning.
  void forget_runs() {
    runs.clear();
    first_waiting = 0;
    spilled = 0;
  }
};

/// A fiber of products in a row's list: the values are elements [begin, end) of the merged tensor
/// times `scale`.
struct RecordedFiber {
  int64_t begin;
  int64_t end;
  double scale;
};

}  // namespace weft::sim
