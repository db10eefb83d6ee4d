// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/fabric_floors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "mapper/compile/emit.h"
#include "mapper/search/phase_floor.h"
#include "mapper/search/step_costs.h"

// The floors follow the listings of docs/listings.md: what a thread issues and waits for, for every
// entry of A, every product, every entry of C, taken at its least: one probe for each look-up, no
// access behind another, no row of barriers longer than its work. Counts come from the real
// matrices row by row.

namespace weft::mapper {

using program::AccumulatorKind;
using program::TableLayout;

namespace {

constexpr double kEntryBytes = 12;  // a column and a value

/// Work in a row of A, in one pass that keeps everything.
struct RowWork {
  double entries_of_a = 0;
  double pieces_of_b = 0;
  double products = 0;
  double entries = 0;
};

/// Cycles of a window behind the barrier that ends its products.
struct WindowClose {
  double threads = 0;
  double engines = 0;  // of the core's DMA engines, which fill tables with zeros on the side
  double tail = 0;     // of the engines, when the threads are done
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
           static_cast<double>(fabric.core.mtc.pipeline_cycles),
           static_cast<double>(target.cores) * fabric.memory.gb_s_per_core / fabric.clock_ghz} {
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
    const double bytes_per_s = w_.bytes_per_cycle / cycle_s;
    floors.compulsory = static_cast<double>(h_.compulsory_bytes) / bytes_per_s;
    count_traffic();
    floors.dram = std::max(bytes_, busiest_bytes_ * w_.cores) / bytes_per_s;
    floors.network = network_cycles_ * cycle_s;
    floors.atomics = atomic_bytes_ / bytes_per_s;
    // The engine has so many requests in flight, and each is as far away as memory is.
    floors.dma = engine_cycles(dma_bytes_) / w_.cores * cycle_s;
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
    Phase phase(w_, {.in_turn = owners_.empty()});
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
    return std::max({heaviest, Phase::of_core(w_, sum), Phase::memory_cycles(w_, sum)});
  }

  /// Cycles that the engines of a core take for so many bytes, requests in flight bounding them.
  double engine_cycles(double bytes) const {
    if (!flat_) return 0;
    const double in_flight = static_cast<double>(fabric_.dma.outstanding) *
                             static_cast<double>(fabric_.dma.request_bytes) *
                             std::max(1, fabric_.dma.engines_per_core);
    return bytes * fabric_.memory.latency_ns * fabric_.clock_ghz / in_flight;
  }

  /// Engines read and write the entries while the threads post them in `started` cycles; behind
  /// that they fill the table with zeros.
  WindowClose close_by_engines(double started, double entries, double passes) const {
    const double moves = engine_cycles(2 * kEntryBytes * entries);
    const double table_bytes =
        static_cast<double>(plan_.slots) * static_cast<double>(program::slot_bytes(plan_.layout));
    const double clear =
        passes * table_bytes / static_cast<double>(fabric_.dma.spad_bytes_per_cycle);
    return {started, moves, std::max(moves - started, clear)};
  }

  /// Slots of the regions that the rows of a window have in its table.
  double slots_of(const program::Group& group) const {
    double slots = 0;
    for (int64_t row = group.begin; row < group.end; ++row) {
      const auto bound = static_cast<double>(h_.operands.row_bound[static_cast<size_t>(row)]);
      slots += std::ceil(bound / plan_.load_factor) + 1;
    }
    return slots;
  }

  /// Behind the barrier: rows get their places, entries leave, and the table is emptied.
  WindowClose close_window(const program::Group& group, double passes) {
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
    if (plan_.dma_writeback) return close_by_engines(started, entries, passes);
    all_ = all_ + emptying;
    const double emptied = passes * share * costs_.slot.cycles(w_.pipeline_cycles);
    if (plan_.layout == TableLayout::TagData) {
      // A thread looks at its share of the slots, and the window's rows fill the first shares.
      const double shares =
          passes > 1 ? w_.threads : std::clamp(std::ceil(slots_of(group) / share), 1.0, w_.threads);
      const double taken = leaving.cycles(w_.pipeline_cycles) / shares;
      return {started + std::max({emptied + taken, Phase::of_core(w_, leaving + emptying),
                                  Phase::memory_cycles(w_, leaving)})};
    }
    return {std::max({started, Phase::of_core(w_, starting + leaving),
                      Phase::memory_cycles(w_, starting + leaving)}) +
            std::max(emptied, Phase::of_core(w_, emptying))};
  }

  /// Windows follow each other on their core. With one table the threads wait for the engines
  /// before the next; with more they wait for those of the last at least.
  void count_windows() {
    const auto rows = static_cast<double>(h_.row_entries.size());
    path_ += rows * costs_.scan_row.cycles(0);
    const Windows windows = pack_windows(h_.operands, plan_.slots, plan_.load_factor, plan_.grain,
                                         owners_, static_cast<unsigned>(w_.cores));
    std::vector<double> core(static_cast<size_t>(w_.cores), 0), engines(core);
    double longest = 0;  // window or pass over a row, which is one core's
    double least_tail = windows.groups.empty() ? 0 : std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < windows.groups.size();) {
      const program::Group& group = windows.groups[i];
      size_t passes = 1;  // over a row by itself, in windows of their own
      while (group.column_end != 0 && i + passes < windows.groups.size() &&
             windows.groups[i + passes].begin == group.begin)
        ++passes;
      const auto times = static_cast<double>(passes);
      const WindowClose close = close_window(group, times);
      const double threads = multiply_cycles(group, times) + close.threads;
      const size_t owner = owner_of(static_cast<size_t>(group.begin));
      core[owner] += threads + (plan_.tables == 1 ? close.tail : 0);
      engines[owner] += close.engines;
      longest = std::max(longest, (threads + close.tail) / times);
      least_tail = std::min(least_tail, plan_.tables == 1 ? 0 : close.tail / times);
      i += passes;
    }
    double busiest = 0;
    for (size_t i = 0; i < core.size(); ++i)
      busiest = std::max({busiest, core[i] + least_tail, engines[i]});
    path_ += owners_.empty()
                 ? std::max({longest, core[0] / w_.cores + least_tail, engines[0] / w_.cores})
                 : busiest;
  }

  /// How a row becomes tasks of single threads.
  struct RowTasks {
    double passes = 1;
    bool whole = true;   // one task that sizes its table by the row
    double columns = 0;  // of B, that a pass keeps
  };
  RowTasks tasks_of(const RowWork& row) const {
    const bool dense = plan_.accumulator == AccumulatorKind::Dense;
    const auto cols = static_cast<double>(h_.operands.b.cols);
    const double room = static_cast<double>(plan_.slots) * (dense ? 1 : plan_.load_factor);
    const double columns = std::clamp(cols, 1.0, std::max(1.0, std::floor(room)));
    const bool whole = cols <= columns || (!dense && row.products <= columns);
    return {whole ? 1 : std::ceil(cols / columns), whole, columns};
  }

  TaskDealing task_dealing() const {
    if (!owners_.empty()) return {};
    if (dealt_) return {.in_turn = true};
    double tasks = 0;
    for (size_t row = 0; row < h_.row_entries.size(); ++row) tasks += tasks_of(work_of(row)).passes;
    return {.group = tasks_per_group(plan_, static_cast<unsigned>(w_.cores),
                                     static_cast<int64_t>(tasks))};
  }

  /// Rows, or passes over them, are tasks of single threads: once to count entries, once to
  /// multiply.
  void count_tasks() {
    const TaskDealing dealing = task_dealing();
    Phase counting(w_, dealing), multiplying(w_, dealing);
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
        multiplying.add(multiplied + multiply_keep(work, tasks), owner);
        continue;
      }
      for (auto left = static_cast<int64_t>(std::ceil(tasks.passes)); left > 0; --left) {
        counting.add(counted, owner);
        multiplying.add(multiplied, owner);
      }
      counting.add_shared(count_keep(work), owner);
      multiplying.add_shared(multiply_keep(work, tasks), owner);
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

  /// The table of a whole row is as large as the row may need.
  Cost multiply_keep(const RowWork& row, const RowTasks& tasks) const {
    Cost cost = keep_cost(row) + costs_.entry * row.entries + bitmap_cost();
    if (plan_.accumulator != AccumulatorKind::Hash || !tasks.whole) return cost;
    const double most = std::min(row.products, tasks.columns);
    const auto wanted = static_cast<uint64_t>(std::ceil(most / plan_.load_factor));
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

  /// Bytes of memory by who moves them. Engines move no more than they are asked for.
  void count_traffic() {
    const auto access = static_cast<double>(fabric_.memory.access_granularity_bytes);
    const auto products = static_cast<double>(h_.products);
    const auto entries = static_cast<double>(h_.entries);
    const bool by_steps = row_wise_ && plan_.accumulator != AccumulatorKind::Merge;
    const bool left_by_threads = by_steps && flat_ && !plan_.dma_writeback;
    bytes_ = all_.bytes + (left_by_threads ? 0 : entries * kEntryBytes);
    if (!by_steps) return;
    if (plan_.a.dma) dma_bytes_ += static_cast<double>(h_.entries_of_a) * kEntryBytes;
    if (plan_.b.dma) dma_bytes_ += products * kEntryBytes;
    if (!flat_ || !plan_.windows || plan_.layout != TableLayout::TagOffset) return;
    atomic_bytes_ = (products - entries) * 2 * access;
    if (plan_.dma_writeback) bytes_ += entries * kEntryBytes;  // read, to be written
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
