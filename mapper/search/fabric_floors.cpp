// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/fabric_floors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "mapper/compile/emit.h"
#include "mapper/search/step_costs.h"

// The floors follow the listings of docs/listings.md: what a thread issues and waits for, for every
// entry of A, every product, every entry of C, taken at its least: one probe for each look-up, no
// access behind another, no row of barriers longer than its work. Counts come from the real
// matrices row by row.

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

/// Work in a row of A, in one pass that keeps everything.
struct RowWork {
  double entries_of_a = 0;
  double pieces_of_b = 0;
  double products = 0;
  double entries = 0;
};

/// The threads that work side by side, and how fast.
struct Workers {
  double cores;
  double threads;  // of a core
  double pipelines;
  double pipeline_cycles;
};

/// A phase of the program, between two barriers of the machine: tasks that threads take.
class Phase {
 public:
  /// `dealt`: task i is done by thread i, in turn, of all threads of the machine.
  Phase(const Workers& workers, bool dealt)
      : w_(workers),
        core_(static_cast<size_t>(workers.cores)),
        thread_(dealt ? static_cast<size_t>(workers.cores * workers.threads) : 0, 0) {}

  void add(const Cost& task, size_t core) {
    const double cycles = task.cycles(w_.pipeline_cycles);
    add_shared(task, core);
    heaviest_ = std::max(heaviest_, cycles);
    if (thread_.empty()) return;
    double& turn = thread_[next_++ % thread_.size()];
    turn += cycles;
    heaviest_ = std::max(heaviest_, turn);
  }

  /// What some of a row's tasks do, no matter which.
  void add_shared(const Cost& cost, size_t core) {
    all_ = all_ + cost;
    core_[core] = core_[core] + cost;
  }

  const Cost& all() const { return all_; }

  /// Cycles of a core that does `cost`, at least.
  static double of_core(const Workers& w, const Cost& cost) {
    return std::max(cost.slots / w.pipelines, cost.cycles(w.pipeline_cycles) / w.threads);
  }

  /// Cycles of the phase at least; `owned`: tasks stay with the core that they were added for.
  double cycles(bool owned) const {
    double most = std::max(heaviest_, of_core(w_, all_) / w_.cores);
    for (size_t i = 0; owned && i < core_.size(); ++i) most = std::max(most, of_core(w_, core_[i]));
    return most;
  }

 private:
  Workers w_;
  Cost all_;
  double heaviest_ = 0;  // task, or thread where tasks are dealt
  std::vector<Cost> core_;
  std::vector<double> thread_;
  size_t next_ = 0;
};

class FloorCounter {
 public:
  FloorCounter(const SpgemmPlan& plan, const FabricTarget& target,
               const machine::FabricDescription& fabric, const SpgemmHistogram& histogram,
               const PlacedTraffic* traffic, const std::vector<double>* probes)
      : plan_(plan),
        fabric_(fabric),
        h_(histogram),
        probes_(probes),
        flat_(fabric.memory.standard == "flat"),
        row_wise_(plan.dataflow == Dataflow::RowWise),
        dealt_(plan.rows == program::Assignment::RoundRobin),
        costs_(step_costs(plan, target, fabric)),
        multiply_(target.scalar.multiply),
        w_{static_cast<double>(target.cores), static_cast<double>(target.threads_per_core),
           static_cast<double>(fabric.core.mtc.count),
           static_cast<double>(fabric.core.mtc.pipeline_cycles)} {
    if (traffic == nullptr) return;
    owners_ = traffic->work;
    network_cycles_ = traffic->network_cycles;
    busiest_bytes_ = *std::ranges::max_element(traffic->served_bytes);
  }

  FabricFloors count() {
    if (row_wise_ && plan_.accumulator != AccumulatorKind::Merge) {
      count_products();
      plan_.windows ? count_windows() : count_tasks();
    } else {
      all_ = Cost{multiply_, 0} * static_cast<double>(h_.products);
    }
    const double cycle_s = 1e-9 / fabric_.clock_ghz;
    FabricFloors floors;
    floors.issue = all_.slots / (w_.cores * w_.pipelines) * cycle_s;
    floors.latency = all_.cycles(w_.pipeline_cycles) / (w_.cores * w_.threads) * cycle_s;
    floors.path = path_ * cycle_s;
    const double bytes_per_s = w_.cores * fabric_.memory.gb_s_per_core * 1e9;
    floors.compulsory = static_cast<double>(h_.compulsory_bytes) / bytes_per_s;
    count_traffic();
    floors.dram = std::max(bytes_, busiest_bytes_ * w_.cores) / bytes_per_s;
    floors.network = network_cycles_ * cycle_s;
    floors.atomics = atomic_bytes_ / bytes_per_s;
    // The engine has so many requests in flight, and each is as far away as memory is.
    const double latency_s = flat_ ? fabric_.memory.latency_ns * 1e-9 : 0;
    floors.dma = dma_bytes_ / static_cast<double>(fabric_.dma.request_bytes) * latency_s /
                 (fabric_.dma.outstanding * std::max(1, fabric_.dma.engines_per_core)) / w_.cores;
    return floors;
  }

 private:
  RowWork work_of(size_t row) const {
    return {static_cast<double>(h_.operands.a.row_nnz(static_cast<int64_t>(row))),
            static_cast<double>(h_.row_pieces[row]),
            static_cast<double>(h_.operands.row_flops[row]),
            static_cast<double>(h_.row_entries[row])};
  }

  /// The core that computes a row; the first for all where none is known.
  size_t owner_of(size_t row) const {
    return owners_.empty() ? 0 : owners_.owner_of(static_cast<int64_t>(row));
  }

  void end_phase(const Phase& phase) {
    all_ = all_ + phase.all();
    path_ += phase.cycles(!owners_.empty());
  }

  /// The phase that counts the products of each row: by owners, or dealt to all threads.
  void count_products() {
    Phase phase(w_, owners_.empty());
    for (size_t row = 0; row < h_.row_entries.size(); ++row)
      phase.add(costs_.count_row + costs_.count_entry * work_of(row).entries_of_a, owner_of(row));
    end_phase(phase);
  }

  /// What brings the pieces of operands that come by DMA, in one pass over a row.
  Cost pieces_cost(const RowWork& row) const {
    return costs_.a_piece * std::ceil(row.entries_of_a / kBufferElements) +
           costs_.piece * row.pieces_of_b;
  }

  /// One pass over a row, without what it keeps of it.
  Cost walk_cost(const RowWork& row) const {
    return costs_.task + costs_.fetch * row.entries_of_a + pieces_cost(row) +
           costs_.walk * row.products;
  }

  /// What all passes over a row keep.
  Cost keep_cost(const RowWork& row) const {
    return (costs_.keep + costs_.insert.hit) * (row.products - row.entries) +
           (costs_.keep + costs_.insert.fresh) * row.entries;
  }

  /// A row in passes has the whole table for each, which nobody has counted.
  Cost probes_of(size_t row, double passes) const {
    return passes == 1 && probes_ != nullptr ? costs_.probe * (*probes_)[row] : Cost{};
  }

  /// The rows of a window, which the threads of a core multiply together until they meet.
  double multiply_cycles(const program::Group& group, double passes) {
    std::vector<double> thread(static_cast<size_t>(w_.threads), 0);
    Cost sum;
    double heaviest = 0;
    for (int64_t row = group.begin; row < group.end; ++row) {
      const RowWork work = work_of(static_cast<size_t>(row));
      const Cost cost =
          walk_cost(work) * passes + keep_cost(work) + probes_of(static_cast<size_t>(row), passes);
      sum = sum + cost;
      double& turn = thread[static_cast<size_t>(row - group.begin) % thread.size()];
      turn += cost.cycles(w_.pipeline_cycles);
      heaviest = std::max(heaviest, dealt_ ? turn : cost.cycles(w_.pipeline_cycles));
    }
    if (plan_.grain > 0) heaviest = 0;  // threads share heavy rows
    all_ = all_ + sum;
    return std::max(heaviest, Phase::of_core(w_, sum));
  }

  /// Behind the barrier: rows get their places, entries leave, and the table is emptied.
  double close_cycles(const program::Group& group, double passes) {
    const auto rows = static_cast<double>(group.end - group.begin);
    const double share = std::ceil(static_cast<double>(plan_.slots) / w_.threads);
    double entries = 0;
    for (int64_t row = group.begin; row < group.end; ++row)
      entries += static_cast<double>(h_.row_entries[static_cast<size_t>(row)]);
    const Cost starting = costs_.row_start * (rows * passes);
    const Cost leaving = costs_.entry * entries;
    const Cost emptying = costs_.slot * (passes * static_cast<double>(plan_.slots));
    all_ = all_ + starting + leaving;
    // Threads have blocks of rows, one of them as many as the mean, rounded up.
    const double started =
        passes * costs_.row_start.cycles(w_.pipeline_cycles) * std::ceil(rows / w_.threads);
    if (plan_.dma_writeback) return started;
    all_ = all_ + emptying;
    const double emptied = passes * share * costs_.slot.cycles(w_.pipeline_cycles);
    if (plan_.layout == TableLayout::TagData)
      return started + std::max(emptied, Phase::of_core(w_, leaving + emptying));
    return std::max(started, Phase::of_core(w_, starting + leaving)) + emptied;
  }

  void count_windows() {
    const auto rows = static_cast<double>(h_.row_entries.size());
    path_ += rows * costs_.scan_row.cycles(0);
    const Windows windows = pack_windows(h_.operands, plan_.slots, plan_.load_factor, plan_.grain,
                                         owners_, static_cast<unsigned>(w_.cores));
    std::vector<double> core(static_cast<size_t>(w_.cores), 0);
    double longest = 0;  // window or pass over a row, which is one core's
    for (size_t i = 0; i < windows.groups.size();) {
      const program::Group& group = windows.groups[i];
      size_t passes = 1;  // over a row by itself, in windows of their own
      while (group.column_end != 0 && i + passes < windows.groups.size() &&
             windows.groups[i + passes].begin == group.begin)
        ++passes;
      const auto times = static_cast<double>(passes);
      const double cycles = multiply_cycles(group, times) + close_cycles(group, times);
      core[owner_of(static_cast<size_t>(group.begin))] += cycles;
      longest = std::max(longest, cycles / times);
      i += passes;
    }
    path_ +=
        owners_.empty() ? std::max(longest, core[0] / w_.cores) : *std::ranges::max_element(core);
  }

  /// How a row becomes tasks of single threads.
  struct RowTasks {
    double passes = 1;
    bool whole = true;  // one task that sizes its table by the row
  };
  RowTasks tasks_of(const RowWork& row) const {
    const bool dense = plan_.accumulator == AccumulatorKind::Dense;
    const auto cols = static_cast<double>(h_.operands.b.cols);
    const double room = static_cast<double>(plan_.slots) * (dense ? 1 : plan_.load_factor);
    const double columns = std::clamp(cols, 1.0, std::max(1.0, std::floor(room)));
    const bool whole = cols <= columns || (!dense && row.products <= columns);
    return {whole ? 1 : std::ceil(cols / columns), whole};
  }

  /// Rows, or passes over them, are tasks of single threads: once to count entries, once to
  /// multiply.
  void count_tasks() {
    const bool dealt = dealt_ && owners_.empty();
    Phase counting(w_, dealt), multiplying(w_, dealt);
    for (size_t row = 0; row < h_.row_entries.size(); ++row) {
      const RowWork work = work_of(row);
      const RowTasks tasks = tasks_of(work);
      const size_t owner = owner_of(row);
      if (work.products == 0) {
        counting.add(costs_.empty, owner);
        multiplying.add(costs_.empty + costs_.row_start, owner);
        continue;
      }
      const Cost counted = count_walk(work), multiplied = walk_cost(work) + costs_.row_start;
      if (tasks.passes == 1) {
        counting.add(counted + count_keep(work), owner);
        multiplying.add(multiplied + multiply_keep(work, tasks.whole), owner);
        continue;
      }
      for (auto left = static_cast<int64_t>(std::ceil(tasks.passes)); left > 0; --left) {
        counting.add(counted, owner);
        multiplying.add(multiplied, owner);
      }
      counting.add_shared(count_keep(work), owner);
      multiplying.add_shared(multiply_keep(work, tasks.whole), owner);
    }
    if (plan_.symbolic) end_phase(counting);
    end_phase(multiplying);
  }

  Cost count_walk(const RowWork& row) const {
    return costs_.task + costs_.count_fetch * row.entries_of_a + pieces_cost(row) +
           costs_.walk * row.products;
  }

  Cost count_keep(const RowWork& row) const {
    return costs_.count.hit * (row.products - row.entries) + costs_.count.fresh * row.entries +
           bitmap_cost();
  }

  /// `whole`: the row's table is as large as the row asks for.
  Cost multiply_keep(const RowWork& row, bool whole) const {
    Cost cost = keep_cost(row) + costs_.entry * row.entries + bitmap_cost();
    if (plan_.accumulator != AccumulatorKind::Hash || !whole) return cost;
    const auto wanted = static_cast<uint64_t>(std::ceil(row.products / plan_.load_factor));
    cost = cost + costs_.slot * static_cast<double>(std::min(std::bit_ceil(wanted), plan_.slots));
    if (!plan_.sort || row.entries < 2) return cost;
    const auto levels = static_cast<double>(std::bit_width(static_cast<uint64_t>(row.entries) - 1));
    return cost + costs_.slot * (3 * row.entries) + costs_.sort * (row.entries * levels);
  }

  /// A dense accumulator's bitmap is looked through.
  Cost bitmap_cost() const {
    if (plan_.accumulator != AccumulatorKind::Dense) return {};
    return costs_.slot * std::floor(static_cast<double>(h_.operands.b.cols) / 64);
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
  const std::vector<double>* probes_;  // [row] behind the first of look-ups in windows
  bool flat_;
  bool row_wise_;
  bool dealt_;  // rows to threads in turn
  StepCosts costs_;
  double multiply_;
  Workers w_;
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
                           const SpgemmHistogram& histogram, const PlacedTraffic* traffic,
                           const std::vector<double>* probes) {
  return FloorCounter(plan, target, fabric, histogram, traffic, probes).count();
}

}  // namespace weft::mapper
