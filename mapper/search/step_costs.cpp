// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/step_costs.h"

#include <cmath>

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

constexpr double kColumnBytes = 4, kValueBytes = 8;

class CostReader {
 public:
  CostReader(const SpgemmPlan& plan, const FabricTarget& target,
             const machine::FabricDescription& fabric)
      : plan_(plan),
        s_(target.scalar),
        t_(target.slots),
        spad_(fabric.core.spad.latency_cycles),
        spad_atomic_(spad_ + fabric.core.atomic_cycles),
        flat_(fabric.memory.standard == "flat"),
        memory_(flat_ ? std::floor(fabric.memory.latency_ns * fabric.clock_ghz) : 0),
        access_bytes_(static_cast<double>(fabric.memory.access_granularity_bytes)),
        fill_(memory_ + fabric.dma.descriptor_cycles) {}

  StepCosts read() const {
    StepCosts costs;
    read_rows(costs);
    read_products(costs);
    if (plan_.windows) {
      read_shared(costs);
    } else {
      read_private(costs);
    }
    return costs;
  }

 private:
  Cost issued(int slots) const { return {static_cast<double>(slots), 0}; }
  Cost waiting(double cycles) const { return {0, cycles}; }

  /// Loads of operands, past the scratchpad and the cache.
  Cost loads(double n) const { return {0, n * memory_, n * access_bytes_}; }
  Cost loads_of_a(double n) const { return plan_.cache_a ? Cost{} : loads(n); }
  Cost loads_of_b(double n) const { return plan_.cache_b ? Cost{} : loads(n); }
  /// Other loads, stores and atomics that a thread waits for.
  Cost accesses(double n) const { return {0, n * memory_, flat_ ? n * access_bytes_ : 0}; }
  /// A column or a value of an operand: of a buffer that an engine has filled, or by a load.
  Cost element(bool dma, bool cached, double bytes) const {
    if (dma) return {0, spad_, bytes};
    return cached ? Cost{} : loads(1);
  }

  void read_rows(StepCosts& costs) const {
    costs.count_row = issued(3 * s_.load + 2 * s_.index) + loads_of_a(2) + accesses(1);
    costs.count_entry = issued(3 * s_.load + s_.index + 2 * s_.add) + loads_of_a(1) + loads_of_b(2);
    // Two stores; a list of tokens takes two more.
    costs.scan_row = accesses(plan_.grain > 0 ? 4 : 2);
    const bool offsets = plan_.layout == TableLayout::TagOffset;
    if (plan_.windows) {  // region, bound and place in A
      costs.task = issued(3 * s_.load) + accesses(offsets ? 2 : 1) + loads_of_a(2);
      costs.row_start = issued(2 * s_.load) + accesses(offsets ? 2 : 1);
      return;
    }
    costs.task = issued(3 * s_.load) + accesses(1) + loads_of_a(2);
    costs.empty = issued(s_.load) + accesses(1);
    costs.row_start = issued(2 * s_.load) + accesses(2);
  }

  void read_products(StepCosts& costs) const {
    const Cost a_column = element(plan_.a.dma, plan_.cache_a, kColumnBytes);
    const Cost a_value = element(plan_.a.dma, plan_.cache_a, kValueBytes);
    const Cost b_column = element(plan_.b.dma, plan_.cache_b, kColumnBytes);
    const Cost b_value = element(plan_.b.dma, plan_.cache_b, kValueBytes);
    costs.count_fetch = issued(3 * s_.load + s_.index + s_.loop) + a_column + loads_of_b(2);
    costs.fetch = costs.count_fetch + issued(s_.load) + a_value;
    // With one buffer a thread waits for what it has just asked for.
    const Cost posted = issued(2 * s_.dma + s_.branch);
    if (plan_.a.dma) costs.a_piece = posted + waiting(plan_.a.buffers == 1 ? fill_ : 0);
    if (plan_.b.dma) costs.piece = posted + waiting(plan_.b.buffers == 1 ? fill_ : 0);
    costs.walk = issued(s_.load + s_.loop) + b_column;
    costs.keep = issued(s_.load + s_.multiply) + b_value;
    costs.slot = issued(t_.drain_empty) + waiting(spad_);
    if (!plan_.windows) return;  // there every pass multiplies before it looks at the column
    costs.walk = costs.walk + costs.keep;
    costs.keep = {};
  }

  void read_shared(StepCosts& costs) const {
    const Cost probe = issued(t_.hash + t_.probe_check);
    const bool atomic = plan_.layout == TableLayout::TagData;
    costs.probe = issued(t_.probe_step + t_.probe_check) + waiting(atomic ? spad_atomic_ : spad_);
    if (atomic) {
      costs.insert.hit = probe + issued(t_.accumulate) + waiting(2 * spad_atomic_);
      costs.insert.fresh = costs.insert.hit + issued(t_.insert_new) + waiting(spad_atomic_);
      costs.entry = issued(2 * s_.load + 3 * s_.index) + waiting(spad_atomic_) + accesses(2);
      return;
    }
    // A hit adds to a value in memory, which is read and written; a new entry is a column and a
    // value.
    const Cost column_or_sum = accesses(1) + Cost{0, 0, accesses(1).bytes};
    costs.insert.hit = probe + issued(t_.offset_hit) + waiting(spad_) + column_or_sum;
    costs.insert.fresh =
        probe + issued(t_.offset_new + 1) + waiting(2 * spad_ + spad_atomic_) + column_or_sum;
    if (!plan_.dma_writeback) costs.entry = issued(3 * s_.load) + accesses(4);
  }

  void read_private(StepCosts& costs) const {
    costs.sort = issued(t_.sort_step) + waiting(2 * spad_);
    costs.entry = issued(t_.drain_entry + s_.load + 2 * s_.index) + waiting(spad_) + accesses(2);
    if (plan_.accumulator == AccumulatorKind::Hash) {
      costs.count.hit = issued(t_.hash + t_.probe_check) + waiting(spad_);
      costs.count.fresh = costs.count.hit + issued(t_.insert_new) + waiting(spad_);
      costs.insert.hit = costs.count.hit + issued(t_.accumulate + 2) + waiting(2 * spad_);
    } else {
      costs.count.hit = issued(t_.dense_insert) + waiting(spad_);
      costs.count.fresh = costs.count.hit + waiting(spad_);
      costs.insert.hit = costs.count.hit + issued(t_.accumulate + 2) + waiting(2 * spad_);
    }
    costs.insert.fresh = costs.count.fresh + waiting(spad_);
  }

  const SpgemmPlan& plan_;
  const ScalarSlots& s_;
  const program::SlotTable& t_;
  double spad_;
  double spad_atomic_;
  bool flat_;
  double memory_;        // a read, a write or an atomic that the thread waits for
  double access_bytes_;  // that memory moves for each
  double fill_;          // a transfer that the thread waits for
};

}  // namespace

StepCosts step_costs(const SpgemmPlan& plan, const FabricTarget& target,
                     const machine::FabricDescription& fabric) {
  return CostReader(plan, target, fabric).read();
}

}  // namespace weft::mapper
