// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/step_costs.h"

#include <cmath>

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

class CostReader {
 public:
  CostReader(const SpgemmPlan& plan, const FabricTarget& target,
             const machine::FabricDescription& fabric)
      : plan_(plan),
        s_(target.scalar),
        t_(target.slots),
        spad_(fabric.core.spad.latency_cycles),
        spad_atomic_(spad_ + fabric.core.atomic_cycles),
        memory_(fabric.memory.standard == "flat"
                    ? std::floor(fabric.memory.latency_ns * fabric.clock_ghz)
                    : 0),
        fill_(memory_ + fabric.dma.descriptor_cycles),
        from_a_(plan.cache_a ? 0 : memory_),
        from_b_(plan.cache_b ? 0 : memory_) {}

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

  void read_rows(StepCosts& costs) const {
    costs.count_row = issued(3 * s_.load + 2 * s_.index) + waiting(2 * from_a_ + memory_);
    costs.count_entry =
        issued(3 * s_.load + s_.index + 2 * s_.add) + waiting(from_a_ + 2 * from_b_);
    // Two stores; a list of tokens takes two more.
    costs.scan_row = waiting((plan_.grain > 0 ? 4 : 2) * memory_);
    const bool offsets = plan_.layout == TableLayout::TagOffset;
    if (plan_.windows) {  // region, bound and place in A
      costs.task = issued(3 * s_.load) + waiting((offsets ? 2 : 1) * memory_ + 2 * from_a_);
      costs.row_start = issued(2 * s_.load) + waiting((offsets ? 2 : 1) * memory_);
      return;
    }
    costs.task = issued(3 * s_.load) + waiting(memory_ + 2 * from_a_);
    costs.empty = issued(s_.load) + waiting(memory_);
    costs.row_start = issued(2 * s_.load) + waiting(2 * memory_);
  }

  void read_products(StepCosts& costs) const {
    const double a_wait = plan_.a.dma ? spad_ : from_a_;
    const double b_wait = plan_.b.dma ? spad_ : from_b_;
    costs.fetch = issued(4 * s_.load + s_.index + s_.loop) + waiting(2 * a_wait + 2 * from_b_);
    costs.count_fetch = issued(3 * s_.load + s_.index + s_.loop) + waiting(a_wait + 2 * from_b_);
    // With one buffer a thread waits for what it has just asked for.
    const Cost posted = issued(2 * s_.dma + s_.branch);
    if (plan_.a.dma) costs.a_piece = posted + waiting(plan_.a.buffers == 1 ? fill_ : 0);
    if (plan_.b.dma) costs.piece = posted + waiting(plan_.b.buffers == 1 ? fill_ : 0);
    costs.walk = issued(s_.load + s_.loop) + waiting(b_wait);
    costs.keep = issued(s_.load + s_.multiply) + waiting(b_wait);
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
      costs.entry = issued(2 * s_.load + 3 * s_.index) + waiting(spad_atomic_ + 2 * memory_);
      return;
    }
    costs.insert.hit = probe + issued(t_.offset_hit) + waiting(spad_ + memory_);
    costs.insert.fresh =
        probe + issued(t_.offset_new + 1) + waiting(2 * spad_ + spad_atomic_ + memory_);
    if (!plan_.dma_writeback) costs.entry = issued(3 * s_.load) + waiting(4 * memory_);
  }

  void read_private(StepCosts& costs) const {
    costs.sort = issued(t_.sort_step) + waiting(2 * spad_);
    costs.entry = issued(t_.drain_entry + s_.load + 2 * s_.index) + waiting(spad_ + 2 * memory_);
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
  double memory_;  // a read, a write or an atomic that the thread waits for
  double fill_;    // a transfer that the thread waits for
  double from_a_;  // a read of an array of A past the scratchpad
  double from_b_;
};

}  // namespace

StepCosts step_costs(const SpgemmPlan& plan, const FabricTarget& target,
                     const machine::FabricDescription& fabric) {
  return CostReader(plan, target, fabric).read();
}

}  // namespace weft::mapper
