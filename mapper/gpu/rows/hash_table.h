// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/program/program.h"
#include "mapper/gpu/rows/bank_passes.h"
#include "mapper/gpu/rows/row_walk.h"

namespace weft::mapper {

/// What a warp's insertion of its lanes took. A round is one probe of all lanes that have not found
/// their slot; lanes that have, add their value at once, before the others go on, so that every
/// round with a success passes the adder.
struct ProbeCost {
  unsigned rounds = 0;
  unsigned passes = 0;         // over the banks, of all rounds
  unsigned adding_rounds = 0;  // rounds in which some lane succeeded
  unsigned adding_passes = 0;  // over the banks, of 64-bit values
  unsigned new_rounds = 0;     // rounds in which some lane claimed a slot
  unsigned new_entries = 0;
};

/// Hash tables with linear probing in the shared or global memory of a CTA, one after the other,
/// `slots` each.
class HashTable {
 public:
  explicit HashTable(program::HashBits bits, int64_t columns) : bits_(bits), columns_(columns) {}

  /// Makes `tables` empty tables of `slots`, a power of two.
  void reset(uint32_t tables, uint32_t slots);

  /// Inserts the columns of a batch; with `add`, adds the values too. `visit(slot, found)` is
  /// called for every probe.
  template <class Visit>
  ProbeCost insert(const LaneBatch& batch, bool add, Visit&& visit);

  std::span<const int32_t> tags() const { return tags_; }
  std::span<const double> values() const { return values_; }
  static constexpr int32_t kEmpty = -1;

 private:
  uint32_t slot_of(int32_t column) const {
    const auto c = static_cast<uint32_t>(column);
    switch (bits_) {
      case program::HashBits::High:
        return static_cast<uint32_t>(static_cast<uint64_t>(c) * slots_ /
                                     static_cast<uint64_t>(columns_));
      case program::HashBits::Low:
        return c & (slots_ - 1);
      case program::HashBits::Mixed:
        return static_cast<uint32_t>((c * uint64_t{0x9E3779B1u} & 0xFFFFFFFFu) * slots_ >> 32);
    }
    return 0;
  }

  program::HashBits bits_;
  int64_t columns_;
  uint32_t slots_ = 0;
  std::vector<int32_t> tags_;
  std::vector<double> values_;
  BankPasses probes_;
  BankPasses adds_;
};

template <class Visit>
ProbeCost HashTable::insert(const LaneBatch& batch, bool add, Visit&& visit) {
  probes_.clear();
  if (add) adds_.clear();
  uint64_t successes = 0;
  uint64_t claims = 0;
  ProbeCost cost;
  for (unsigned lane = 0; lane < batch.lanes; ++lane) {
    const int32_t column = batch.column[lane];
    const uint32_t base = batch.table[lane];
    uint32_t slot = slot_of(column);
    for (unsigned round = 0;; ++round, slot = (slot + 1) & (slots_ - 1)) {
      const uint32_t at = base + slot;
      probes_.touch(round, at);
      const bool fresh = tags_[at] == kEmpty;
      const bool found = fresh || tags_[at] == column;
      visit(at, found);
      if (!found) continue;
      const uint64_t bit = uint64_t{1} << std::min(round, 63u);
      successes |= bit;
      if (fresh) {
        tags_[at] = column;
        claims |= bit;
        ++cost.new_entries;
      }
      if (add) {
        values_[at] += batch.value[lane];
        // Two banks hold a value: sixteen lanes pass at once.
        adds_.touch(round, at & 15);
      }
      break;
    }
  }
  cost.rounds = probes_.rounds();
  cost.passes = probes_.passes();
  cost.adding_rounds = static_cast<unsigned>(std::popcount(successes));
  cost.adding_passes = add ? std::max(adds_.passes(), cost.adding_rounds) : 0;
  cost.new_rounds = static_cast<unsigned>(std::popcount(claims));
  return cost;
}

}  // namespace weft::mapper
