// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/fabric_floors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "mapper/compile/emit.h"

// The floors follow the listings of docs/listings.md: what a thread issues and waits for, for every
// entry of A, every product, every entry of C, taken at its least: one probe for each look-up, no
// access behind another, no row of barriers longer than its work. Counts come from the real
// matrices row by row.

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

/// What a thread spends on a step: instructions issued, and cycles waited.
struct Cost {
  double slots = 0;
  double wait = 0;

  double cycles(double pipeline_cycles) const { return slots * pipeline_cycles + wait; }
  Cost operator+(const Cost& other) const { return {slots + other.slots, wait + other.wait}; }
  Cost operator*(double times) const { return {slots * times, wait * times}; }
};

/// The steps of a plan and what each costs at least.
struct StepCosts {
  Cost fetch;  // an entry of A and the place of its row of B
  Cost walk;   // a product in a pass that does not keep it
  Cost keep;   // what a kept product costs on top, without its accumulator
  Cost hit;    // a product into an entry that is there
  Cost fresh;  // a product that makes an entry
  Cost slot;   // a slot of a table that is emptied
  Cost entry;  // an entry that leaves
};

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
                    : 0) {}

  StepCosts read() const {
    const double a_wait = plan_.a.dma ? spad_ : plan_.cache_a ? 0 : memory_;
    const double b_wait = plan_.b.dma ? spad_ : plan_.cache_b ? 0 : memory_;
    const double start_wait = plan_.cache_b ? 0 : memory_;
    StepCosts costs;
    costs.fetch = {4.0 * s_.load + s_.index + s_.loop, 2 * a_wait + 2 * start_wait};
    costs.walk = {static_cast<double>(s_.load + s_.loop), b_wait};
    costs.keep = {static_cast<double>(s_.load + s_.multiply), b_wait};
    costs.slot = {static_cast<double>(t_.drain_empty), spad_};
    costs.entry = {static_cast<double>(t_.drain_entry), spad_};
    if (plan_.windows) {  // every pass multiplies before it looks at the column
      costs.walk = costs.walk + costs.keep;
      costs.keep = {};
      read_shared(costs);
    } else {
      read_private(costs);
    }
    return costs;
  }

 private:
  void read_shared(StepCosts& costs) const {
    const Cost probe{static_cast<double>(t_.hash + t_.probe_check), 0};
    if (plan_.layout == TableLayout::TagData) {
      costs.hit = probe + Cost{static_cast<double>(t_.accumulate), 2 * spad_atomic_};
      costs.fresh = costs.hit + Cost{static_cast<double>(t_.insert_new), spad_atomic_};
      return;
    }
    costs.hit = probe + Cost{static_cast<double>(t_.offset_hit), spad_ + memory_};
    costs.fresh =
        probe + Cost{static_cast<double>(t_.offset_new) + 1, 2 * spad_ + spad_atomic_ + memory_};
  }

  void read_private(StepCosts& costs) const {
    if (plan_.accumulator == AccumulatorKind::Hash) {
      const Cost probe{static_cast<double>(t_.hash + t_.probe_check), spad_};
      costs.hit = probe + Cost{static_cast<double>(t_.accumulate) + 2, 2 * spad_};
      costs.fresh = probe + Cost{static_cast<double>(t_.insert_new), 2 * spad_};
    } else if (plan_.accumulator == AccumulatorKind::Dense) {
      const Cost mark{static_cast<double>(t_.dense_insert), spad_};
      costs.hit = mark + Cost{static_cast<double>(t_.accumulate) + 2, 2 * spad_};
      costs.fresh = mark + Cost{1, 2 * spad_};
    }
  }

  const SpgemmPlan& plan_;
  const ScalarSlots& s_;
  const program::SlotTable& t_;
  double spad_;
  double spad_atomic_;
  double memory_;  // a read, a write or an atomic that the thread waits for
};

/// Work in a row of A, in one pass that keeps everything.
struct RowWork {
  double entries_of_a = 0;
  double products = 0;
  double entries = 0;
};

class FloorCounter {
 public:
  FloorCounter(const SpgemmPlan& plan, const FabricTarget& target,
               const machine::FabricDescription& fabric, const SpgemmHistogram& histogram,
               const PlacedTraffic* traffic)
      : plan_(plan),
        fabric_(fabric),
        h_(histogram),
        flat_(fabric.memory.standard == "flat"),
        row_wise_(plan.dataflow == Dataflow::RowWise),
        costs_(CostReader(plan, target, fabric).read()),
        multiply_(target.scalar.multiply),
        pipeline_cycles_(fabric.core.mtc.pipeline_cycles),
        cores_(target.cores),
        threads_(target.threads_per_core),
        pipelines_(fabric.core.mtc.count) {
    if (traffic == nullptr) return;
    owners_ = traffic->work;
    network_cycles_ = traffic->network_cycles;
    busiest_bytes_ = *std::ranges::max_element(traffic->served_bytes);
  }

  FabricFloors count() {
    if (row_wise_ && plan_.windows) {
      count_windows();
    } else if (row_wise_ && plan_.accumulator != AccumulatorKind::Merge) {
      count_tasks();
    } else {
      all_ = Cost{multiply_, 0} * static_cast<double>(h_.products);
    }
    const double cycle_s = 1e-9 / fabric_.clock_ghz;
    FabricFloors floors;
    floors.issue = all_.slots / (cores_ * pipelines_) * cycle_s;
    floors.latency = all_.cycles(pipeline_cycles_) / (cores_ * threads_) * cycle_s;
    floors.path = path_ * cycle_s;
    const double bytes_per_s = cores_ * fabric_.memory.gb_s_per_core * 1e9;
    floors.compulsory = static_cast<double>(h_.compulsory_bytes) / bytes_per_s;
    count_traffic();
    floors.dram = std::max(bytes_, busiest_bytes_ * cores_) / bytes_per_s;
    floors.network = network_cycles_ * cycle_s;
    floors.atomics = atomic_bytes_ / bytes_per_s;
    // The engine has so many requests in flight, and each is as far away as memory is.
    const double latency_s = flat_ ? fabric_.memory.latency_ns * 1e-9 : 0;
    floors.dma = dma_bytes_ / static_cast<double>(fabric_.dma.request_bytes) * latency_s /
                 fabric_.dma.outstanding / cores_;
    return floors;
  }

 private:
  RowWork work_of(int64_t row) const {
    const auto at = static_cast<size_t>(row);
    return {static_cast<double>(h_.operands.a.row_nnz(row)),
            static_cast<double>(h_.operands.row_flops[at]),
            static_cast<double>(h_.row_entries[at])};
  }

  /// A row that is walked `passes` times; each product is kept in one of them.
  Cost cost_of(const RowWork& row, double passes) const {
    return (costs_.fetch * row.entries_of_a + costs_.walk * row.products) * passes +
           (costs_.keep + costs_.hit) * (row.products - row.entries) +
           (costs_.keep + costs_.fresh) * row.entries;
  }

  /// The threads of a core work on a window together and meet at its end.
  void count_windows() {
    const Windows windows = pack_windows(h_.operands, plan_.slots, plan_.load_factor, plan_.grain,
                                         owners_, static_cast<unsigned>(cores_));
    std::vector<double> core(static_cast<size_t>(cores_), 0);
    const bool deals = plan_.rows == program::Assignment::RoundRobin;
    const double share = std::ceil(static_cast<double>(plan_.slots) / threads_);
    const bool by_threads = !plan_.dma_writeback;
    std::vector<double> thread(static_cast<size_t>(threads_), 0);
    for (size_t i = 0; i < windows.groups.size();) {
      const program::Group& group = windows.groups[i];
      size_t passes = 1;  // over a row by itself, in windows of their own
      while (group.column_end != 0 && i + passes < windows.groups.size() &&
             windows.groups[i + passes].begin == group.begin)
        ++passes;
      std::ranges::fill(thread, 0);
      Cost sum;
      double heaviest = 0;
      for (int64_t row = group.begin; row < group.end; ++row) {
        const Cost cost = cost_of(work_of(row), static_cast<double>(passes));
        sum = sum + cost;
        double& turn = thread[static_cast<size_t>(row - group.begin) % thread.size()];
        turn += cost.cycles(pipeline_cycles_);
        heaviest = std::max(heaviest, deals ? turn : cost.cycles(pipeline_cycles_));
      }
      if (plan_.grain > 0) heaviest = 0;  // threads share heavy rows
      double& cycles = core[owner_of(group.begin)];
      cycles +=
          std::max({heaviest, sum.slots / pipelines_, sum.cycles(pipeline_cycles_) / threads_});
      all_ = all_ + sum;
      const auto closed = static_cast<double>(passes);
      if (by_threads) {
        cycles += closed * share * costs_.slot.cycles(pipeline_cycles_);
        all_ = all_ + costs_.slot * (closed * static_cast<double>(plan_.slots));
      }
      i += passes;
    }
    path_ = owners_.empty() ? core[0] / cores_ : *std::ranges::max_element(core);
  }

  /// The core that computes a row; the first for all where none is known.
  size_t owner_of(int64_t row) const { return owners_.empty() ? 0 : owners_.owner_of(row); }

  /// Rows, or passes over them, are tasks of single threads.
  void count_tasks() {
    const bool dense = plan_.accumulator == AccumulatorKind::Dense;
    const auto cols = static_cast<double>(h_.operands.b.cols);
    const double room = static_cast<double>(plan_.slots) * (dense ? 1 : plan_.load_factor);
    std::vector<Cost> core(static_cast<size_t>(cores_));
    const double columns = std::clamp(cols, 1.0, std::max(1.0, std::floor(room)));
    for (size_t row = 0; row < h_.row_entries.size(); ++row) {
      const RowWork work = work_of(static_cast<int64_t>(row));
      const bool whole = cols <= columns || (!dense && work.products <= columns);
      const double passes = whole ? 1 : std::ceil(cols / columns);
      Cost cost = cost_of(work, passes);
      if (plan_.symbolic) cost = cost + (costs_.fetch * work.entries_of_a) * passes;
      if (!dense && whole && work.products > 0) cost = cost + leave(work);
      all_ = all_ + cost;
      path_ = std::max(path_, cost.cycles(pipeline_cycles_) / passes);
      Cost& own = core[owner_of(static_cast<int64_t>(row))];
      own = own + cost;
    }
    for (const Cost& own : core) {
      if (owners_.empty()) break;
      path_ = std::max({path_, own.slots / pipelines_, own.cycles(pipeline_cycles_) / threads_});
    }
  }

  /// A table is looked through from end to end, and its entries leave.
  Cost leave(const RowWork& row) const {
    const auto wanted = static_cast<uint64_t>(std::ceil(row.products / plan_.load_factor));
    const uint64_t slots = std::min(std::bit_ceil(wanted), plan_.slots);
    return costs_.slot * static_cast<double>(slots) + costs_.entry * row.entries;
  }

  /// Bytes of memory by who moves them. Loads move whole accesses; engines move no more than they
  /// are asked for.
  void count_traffic() {
    constexpr double kEntryBytes = 12;  // a column and a value
    const auto access = static_cast<double>(fabric_.memory.access_granularity_bytes);
    const auto products = static_cast<double>(h_.products);
    const auto entries = static_cast<double>(h_.entries);
    bytes_ = entries * kEntryBytes;
    if (!row_wise_ || plan_.accumulator == AccumulatorKind::Merge) return;
    const auto from_a = static_cast<double>(h_.entries_of_a);
    if (!plan_.cache_a || plan_.a.dma) bytes_ += from_a * (plan_.a.dma ? kEntryBytes : 2 * access);
    if (!plan_.cache_b) bytes_ += from_a * 2 * access;
    if (!plan_.cache_b || plan_.b.dma)
      bytes_ += products * (plan_.b.dma ? kEntryBytes : 2 * access);
    if (plan_.a.dma) dma_bytes_ += from_a * kEntryBytes;
    if (plan_.b.dma) dma_bytes_ += products * kEntryBytes;
    if (!plan_.windows || plan_.layout != TableLayout::TagOffset) return;
    if (flat_) atomic_bytes_ = (products - entries) * 2 * access;
    bytes_ += atomic_bytes_ + (flat_ ? 2 * entries * kEntryBytes : 0);
  }

  const SpgemmPlan& plan_;
  const machine::FabricDescription& fabric_;
  const SpgemmHistogram& h_;
  bool flat_;
  bool row_wise_;
  StepCosts costs_;
  double multiply_;
  double pipeline_cycles_;
  double cores_;
  double threads_;  // of a core
  double pipelines_;
  Cost all_;  // of all threads
  double path_ = 0;
  double bytes_ = 0;
  double atomic_bytes_ = 0;
  double dma_bytes_ = 0;      // that threads wait for
  RowShares owners_;          // of the rows of C
  double busiest_bytes_ = 0;  // of one core's memory
  double network_cycles_ = 0;
};

}  // namespace

FabricFloors fabric_floors(const SpgemmPlan& plan, const FabricTarget& target,
                           const machine::FabricDescription& fabric,
                           const SpgemmHistogram& histogram, const PlacedTraffic* traffic) {
  return FloorCounter(plan, target, fabric, histogram, traffic).count();
}

}  // namespace weft::mapper
