// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/row_sm.h"

#include <algorithm>
#include <bit>

#include "sim/gpu/sm_time.h"
#include "sim/gpu/warp_units.h"

namespace weft::sim {

namespace {

using program::AccessKind;
using program::CtaStep;
using program::WarpChain;
using program::WarpWork;

constexpr unsigned kRowL1Ways = 4;
/// An atomic passes the banks once to read and once to write.
constexpr double kAtomicPasses = 2;

}  // namespace

void RowSm::begin(const RowStagePlan& plan, RowSource& source) {
  plan_ = &plan;
  source_ = &source;
  const SmParameters& sm = plan.parameters.sm;
  l1_ = SectorCache(plan.l1_bytes, kRowL1Ways, plan.geometry.line_bytes);
  issue_ = RateCalendar(sm.subcores * sm.issue);
  alu_ = RateCalendar(sm.subcores * sm.alu_lanes / kWarpLanes);
  fp32_ = RateCalendar(sm.subcores * sm.fp32_lanes / kWarpLanes);
  fp64_ = RateCalendar(sm.subcores * sm.fp64_lanes / kWarpLanes);
  shared_ = RateCalendar(1);
  way_ = RateCalendar(plan.parameters.memory.sm_bytes_per_cycle);
  room_ = plan.room;
  ctas_.clear();
  // SMs are served in turn; one that is out of work asks again when the host has launched more.
  next_fill_ = index_;
  last_cycle_ = 0;
  counters_.assign(plan.launches.size(), {});
}

void RowSm::fill(uint64_t cycle) {
  const auto place = source_->take(room_, cycle);
  if (place) {
    start(*place, cycle);
    next_fill_ = cycle + plan_->dispatch_cycles;
  } else {
    next_fill_ = source_->ready_after(cycle).value_or(kNoWork);
  }
}

void RowSm::start(RowSource::Place place, uint64_t cycle) {
  const auto is_free = [](const std::unique_ptr<Cta>& cta) { return !cta->running; };
  auto free = std::find_if(ctas_.begin(), ctas_.end(), is_free);
  if (free == ctas_.end()) free = ctas_.insert(free, std::make_unique<Cta>());
  Cta& cta = **free;
  const RowLaunchPlan& launch = plan_->launches[place.launch];
  room_.take(launch.need);
  cta.launch = place.launch;
  cta.step = cta.access = 0;
  cta.began = cycle;
  cta.now = cycle + plan_->parameters.cta_launch_cycles;
  cta.running = true;
  cta.trace.clear();
  launch.launch->function->run(place.cta, cta.trace);
  cta.trace.end_step();
  RowLaunchCounters& counters = counters_[place.launch];
  counters.first_cycle = std::min(counters.first_cycle, cycle);
  add(cta, SmCause::Launch, plan_->parameters.cta_launch_cycles);
}

uint64_t RowSm::run_until(uint64_t until) {
  for (;;) {
    Cta* first = nullptr;
    for (const auto& cta : ctas_) {
      if (cta->running && (first == nullptr || cta->now < first->now)) first = cta.get();
    }
    const uint64_t work = first == nullptr ? kNoWork : first->now;
    const uint64_t next = std::min(work, next_fill_);
    if (next == kNoWork || next >= until) return next;
    if (next_fill_ <= work) {
      fill(next_fill_);
    } else if (first->step == first->trace.steps().size()) {
      finish(*first);
    } else {
      run_step(*first);
    }
  }
}

void RowSm::finish(Cta& cta) {
  const RowLaunchPlan& launch = plan_->launches[cta.launch];
  cta.running = false;
  room_.give(launch.need);
  RowLaunchCounters& counters = counters_[cta.launch];
  counters.cta_warp_cycles += static_cast<double>(cta.now - cta.began) * launch.need.warps;
  counters.last_cycle = std::max(counters.last_cycle, cta.now);
  last_cycle_ = std::max(last_cycle_, cta.now);
  next_fill_ = std::min(next_fill_, cta.now);
}

void RowSm::run_step(Cta& cta) {
  const CtaStep& step = cta.trace.steps()[cta.step];
  const Traffic traffic = move(cta, step);
  RowLaunchCounters& counters = counters_[cta.launch];
  counters.work += step.work;
  double load_cycles = 0;
  const uint64_t chain = cta.now + chain_cycles(step.chain, traffic, load_cycles);
  const uint64_t pipes = book_pipes(cta.now, step.work, traffic);
  const uint64_t moved = std::max(traffic.done, way_.book(cta.now, traffic.below_bytes).end);
  const uint64_t end = std::max({chain, pipes, moved});
  // The step's time by what held it: its chain by kinds of latency, what came after by the cause
  // of that.
  const auto span = static_cast<double>(end - cta.now);
  const bool bandwidth = moved >= chain && moved >= pipes;
  const double part =
      bandwidth ? 1 : load_cycles / std::max(1.0, static_cast<double>(chain - cta.now));
  const SmCause moving =
      traffic.reads == 0 && traffic.write_bytes > 0 ? SmCause::Store : SmCause::Memory;
  add(cta, moving, span * part);
  add(cta, SmCause::Pipeline, span * (1 - part));
  cta.now = end;
  ++cta.step;
}

RowSm::Traffic RowSm::move(Cta& cta, const CtaStep& step) {
  Traffic traffic;
  traffic.done = cta.now;
  RowLaunchCounters& counters = counters_[cta.launch];
  for (; cta.access < step.access_end; ++cta.access) {
    move_access(cta.trace.accesses()[cta.access], cta.now, traffic, counters);
  }
  counters.l1_bytes += traffic.l1_bytes;
  counters.l2_bytes += traffic.below_bytes;
  return traffic;
}

/// Looks up the sectors of an access line by line. Reads stop at the first level that has them;
/// writes go through to the L2, atomics are done there.
void RowSm::move_access(const program::GlobalAccess& access, uint64_t cycle, Traffic& traffic,
                        RowLaunchCounters& counters) {
  const auto line_bytes = static_cast<uint64_t>(plan_->geometry.line_bytes);
  const auto sector_bytes = static_cast<uint64_t>(plan_->geometry.sector_bytes);
  const uint64_t end = access.address + access.bytes;
  double slowest = plan_->l1_latency;
  for (uint64_t at = access.address; at < end;) {
    const uint64_t line = at / line_bytes;
    const uint64_t stop = std::min(end, (line + 1) * line_bytes);
    const uint64_t low = at % line_bytes / sector_bytes;
    const uint64_t high = (stop - 1) % line_bytes / sector_bytes;
    const auto wanted = static_cast<uint32_t>((uint64_t{2} << high) - (uint64_t{1} << low));
    at = stop;
    const double bytes = std::popcount(wanted) * static_cast<double>(sector_bytes);
    if (access.kind != AccessKind::Atomic) traffic.l1_bytes += bytes;
    const uint32_t missing = access.kind == AccessKind::Read ? l1_.access(line, wanted) : wanted;
    if (access.kind == AccessKind::Read) {
      counters.l1_hit_bytes += std::popcount(wanted & ~missing) * static_cast<double>(sector_bytes);
    }
    if (missing == 0) continue;
    const SectorReply reply = port_.request(cycle, access.kind, {line, missing});
    const double moved = std::popcount(missing) * static_cast<double>(sector_bytes);
    traffic.below_bytes += moved;
    if (access.kind == AccessKind::Write) {
      counters.dram_write_bytes += moved;
    } else {
      const double from_dram = reply.dram_sectors * static_cast<double>(sector_bytes);
      counters.dram_read_bytes += from_dram;
      counters.l2_hit_bytes += moved - from_dram;
    }
    traffic.done = std::max(traffic.done, reply.done);
    slowest = std::max(slowest, reply.latency);
  }
  if (access.kind == AccessKind::Read) {
    traffic.latency_sum += slowest;
    ++traffic.reads;
  } else if (access.kind == AccessKind::Atomic) {
    traffic.atomic_latency = std::max(traffic.atomic_latency, slowest);
  } else {
    traffic.write_bytes += access.bytes;
  }
  if (access.sweeps > 1) sweep_again(access, cycle, traffic, counters);
}

/// Further walks over the same bytes find them in L1 if it holds them all, else in the L2; stores
/// always pass to it.
void RowSm::sweep_again(const program::GlobalAccess& access, uint64_t cycle, Traffic& traffic,
                        RowLaunchCounters& counters) {
  const double bytes = static_cast<double>(access.bytes) * (access.sweeps - 1);
  traffic.l1_bytes += bytes;
  if (access.kind == AccessKind::Read && access.bytes <= plan_->l1_bytes) {
    counters.l1_hit_bytes += bytes;
    return;
  }
  const SectorReply reply = port_.reread(cycle, bytes);
  traffic.below_bytes += bytes;
  counters.l2_hit_bytes += bytes;
  traffic.done = std::max(traffic.done, reply.done);
}

/// Books the work on the pipes of the SM; returns when the last of them is through with it.
uint64_t RowSm::book_pipes(uint64_t cycle, const WarpWork& work, const Traffic& traffic) {
  const SmParameters& sm = plan_->parameters.sm;
  const auto passes = [&](double requests, double wavefronts) {
    return std::max(requests / sm.shared_requests, wavefronts);
  };
  const double l1_cycles = std::max(work.global_requests / sm.shared_requests,
                                    traffic.l1_bytes / plan_->l1_bytes_per_cycle);
  const double shared = passes(work.shared_requests, work.shared_wavefronts) +
                        kAtomicPasses * passes(work.atomic_requests, work.atomic_wavefronts) +
                        l1_cycles;
  uint64_t end = issue_.book(cycle, work.instructions).end;
  end = std::max(end, alu_.book(cycle, work.alu).end);
  if (work.fma32 > 0) end = std::max(end, fp32_.book(cycle, work.fma32).end);
  if (work.fma64 > 0) end = std::max(end, fp64_.book(cycle, work.fma64).end);
  return std::max(end, shared_.book(cycle, shared).end);
}

uint64_t RowSm::chain_cycles(const WarpChain& chain, const Traffic& traffic,
                             double& load_cycles) const {
  const SmParameters& sm = plan_->parameters.sm;
  const double load = traffic.reads > 0 ? traffic.latency_sum / traffic.reads : plan_->l1_latency;
  load_cycles = chain.loads * load + chain.global_atomics * traffic.atomic_latency;
  const double inside = chain.instructions * static_cast<double>(sm.math_latency) +
                        chain.shared * static_cast<double>(sm.shared_latency) +
                        chain.atomics * kAtomicPasses * static_cast<double>(sm.shared_latency) +
                        chain.fma64 * static_cast<double>(sm.fp64_latency);
  return whole_cycles(load_cycles + inside);
}

SmCauseCycles RowSm::close(uint64_t cycles) const {
  SmCauseCycles states{};
  for (const RowLaunchCounters& launch : counters_) {
    for (size_t i = 0; i < kSmCauses; ++i) states[i] += launch.states[i];
  }
  const uint64_t busy = std::max({issue_.busy_cycles(), alu_.busy_cycles(), fp32_.busy_cycles(),
                                  fp64_.busy_cycles(), shared_.busy_cycles()});
  const uint64_t used = resident() > 0 ? cycles : last_cycle_;
  return causes_of_cycles(static_cast<double>(cycles), static_cast<double>(used),
                          static_cast<double>(busy), states);
}

SlotCycles RowSm::slot_at(size_t place, uint64_t cycle) const {
  const Cta none;
  const Cta& cta = place < ctas_.size() ? *ctas_[place] : none;
  double resident = 0;
  for (const double cycles : cta.spent) resident += cycles;
  const uint64_t until = cta.running ? cta.now : std::max(cta.now, cycle);
  return slot_cycles(cta.spent, resident, static_cast<double>(until));
}

unsigned RowSm::resident() const {
  return static_cast<unsigned>(
      std::ranges::count_if(ctas_, [](const auto& cta) { return cta->running; }));
}

}  // namespace weft::sim
