// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "mapper/nest/fill_nest.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::Residence;
using program::Share;

namespace {

/// Cycles of a scratchpad access and of a barrier, about.
constexpr double kScratchpadCycles = 8;
constexpr double kBarrierCycles = 100;

/// What one statement asks of a core and of one of its threads.
class StatementEstimate {
 public:
  StatementEstimate(const NestKernel& nest, const NestStatementPlan& plan)
      : nest_(nest), plan_(plan) {
    for (size_t depth = 0; depth < plan.loops.size(); ++depth) trips_.push_back(trips_of(depth));
  }

  double cycles() const {
    const double points = product(plan_.loops.size(), false);
    const double mine = product(plan_.loops.size(), true);
    double slots = nest_.nest.statements[static_cast<size_t>(plan_.id)].arithmetic_slots + 1;
    double latency = 0;
    double bytes = 0;
    for (const AccessPlan& access : plan_.accesses) add_access(access, slots, latency, bytes);
    const double cores = static_cast<double>(nest_.target.cores);
    double stops = 0;
    for (const auto& holds : plan_.holds) {
      for (const int32_t id : holds) add_hold(id, stops);
    }
    for (const auto& accumulator : nest_.nest.accumulators) {
      if (accumulator.statement == plan_.id) add_accumulator(accumulator);
    }
    // A core's share of the points is as even as the loops that cores divide.
    const double core_points = mine * busy_threads();
    const double issue = core_points * slots / static_cast<double>(nest_.target.pipelines);
    const double memory = bytes_total_ + bytes * points;
    return std::max({issue, mine * (slots + latency),
                     memory / (nest_.target.memory_bytes_per_cycle * cores)}) +
           stops;
  }

 private:
  double trips_of(size_t depth) const {
    const program::NestLoop& loop = nest_.nest.loops[static_cast<size_t>(plan_.loops[depth].id)];
    if (loop.drivers.empty()) return static_cast<double>(plan_.loops[depth].extent);
    const program::NestDriver& lead = loop.drivers[0];
    const auto& access = nest_.nest.accesses[static_cast<size_t>(lead.access)];
    const auto& levels = nest_.nest.tensors[static_cast<size_t>(access.tensor)].levels;
    const auto level = static_cast<size_t>(lead.level);
    const double parents =
        level == 0 ? 1 : static_cast<double>(std::max<int64_t>(1, levels[level - 1].positions));
    const double fiber = static_cast<double>(levels[level].positions) / parents;
    return std::max(0.01, std::min(fiber, static_cast<double>(plan_.loops[depth].extent)));
  }

  int64_t sharers(Share share) const {
    switch (share) {
      case Share::Machine:
        return nest_.target.cores * nest_.target.threads_per_core;
      case Share::Core:
        return nest_.target.cores;
      case Share::CoreThreads:
        return nest_.target.threads_per_core;
      case Share::Warps:
        return nest_.target.cores * nest_.target.threads_per_core / program::kWarpLanes;
      case Share::CoreWarps:
        return nest_.target.threads_per_core / program::kWarpLanes;
      case Share::Lanes:
        return program::kWarpLanes;
      default:
        return 1;
    }
  }

  /// Iterations of the loops above `end`; of those dealt out, what the busiest thread gets.
  double product(size_t end, bool mine) const {
    double total = 1;
    for (size_t depth = 0; depth < end;) {
      const Share share = plan_.loops[depth].share;
      double together = trips_[depth++];
      while (share != Share::None && depth < end && plan_.loops[depth].share == share)
        together *= trips_[depth++];
      const auto by = static_cast<double>(mine ? sharers(share) : 1);
      total *= share == Share::None ? together : std::max(1.0, std::ceil(together / by - 1e-9));
    }
    return total;
  }

  /// Threads of a core that have something to do at the same time.
  double busy_threads() const {
    double threads = 1;
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      const Share share = plan_.loops[depth].share;
      if (share == Share::CoreThreads || share == Share::CoreWarps) threads *= trips_[depth];
      if (share == Share::Lanes) threads *= std::min<double>(program::kWarpLanes, trips_[depth]);
      if (share == Share::Machine || share == Share::Warps)
        threads *= std::max(1.0, trips_[depth] / static_cast<double>(nest_.target.cores));
    }
    return std::min(threads, static_cast<double>(nest_.target.threads_per_core));
  }

  void add_access(const AccessPlan& access, double& slots, double& latency, double& bytes) const {
    const auto& made = nest_.nest.accesses[static_cast<size_t>(access.id)];
    const bool still = plan_.loops.empty() ||
                       !nest_.nest.space.depends_on(made.position, plan_.loops.back().variable);
    if (made.place == Residence::Register || still) return;
    const double times = access.target ? 2 : 1;
    slots += times;
    latency += times * (made.place == Residence::Scratchpad ? kScratchpadCycles
                                                            : nest_.target.memory_latency_cycles);
    if (made.place == Residence::Memory)
      bytes += times * nest_.nest.tensors[static_cast<size_t>(made.tensor)].bytes;
  }

  void add_hold(int32_t id, double& stops) const {
    const program::NestHold& hold = nest_.nest.holds[static_cast<size_t>(id)];
    size_t depth = 0;
    while (depth < plan_.holds.size() && std::ranges::count(plan_.holds[depth], id) == 0) ++depth;
    const auto& tensor = nest_.nest.tensors[static_cast<size_t>(hold.slice.tensor)];
    const double fills = product(depth + 1, false);
    const bool near = hold.from == Residence::Scratchpad;
    if (!near) bytes_total_ += fills * static_cast<double>(hold.slice.most_elements) * tensor.bytes;
    const double mine = product(depth + 1, true);
    const double latency = near ? kScratchpadCycles : nest_.target.memory_latency_cycles;
    const double sharers = static_cast<double>(nest_.target.threads_per_core) /
                           static_cast<double>(copies_per_core(nest_.target, hold.sharers));
    const double loads = static_cast<double>(hold.slice.most_elements) / sharers * latency;
    const double wait = !hold.by_dma ? loads : hold.buffers > 1 ? 0 : latency;
    stops += mine * (wait + (hold.sharers == Share::CoreThreads ? kBarrierCycles : 0));
  }

  void add_accumulator(const program::NestAccumulator& accumulator) const {
    const auto& tensor = nest_.nest.tensors[static_cast<size_t>(accumulator.slice.tensor)];
    bytes_total_ += static_cast<double>(tensor.count) * tensor.bytes;
  }

  const NestKernel& nest_;
  const NestStatementPlan& plan_;
  std::vector<double> trips_;
  mutable double bytes_total_ = 0;
};

double launches_of(const NestGroup& group) {
  if (!host_walks(group)) return 1;
  double launches = static_cast<double>(group.statements.size());
  const NestStatementPlan& first = group.statements.front();
  for (size_t depth = 0; depth < first.shared; ++depth)
    launches *= static_cast<double>(first.loops[depth].extent);
  return launches;
}

}  // namespace

double estimate_cycles(const NestKernel& plan) {
  double cycles = 0;
  for (const NestGroup& group : plan.groups) {
    for (const NestStatementPlan& statement : group.statements)
      cycles += StatementEstimate(plan, statement).cycles();
    cycles += launches_of(group) * plan.target.launch_cycles;
  }
  return cycles;
}

}  // namespace weft::mapper
