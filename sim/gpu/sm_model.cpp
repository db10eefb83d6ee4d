// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/sm_model.h"

#include <algorithm>

#include "sim/gpu/cta_order.h"
#include "sim/gpu/sm_time.h"
#include "sim/gpu/warp_units.h"

namespace weft::sim {

void SmModel::begin(const LaunchPlan& plan, const GpuParameters& parameters, CtaSource& source,
                    uint64_t cycle) {
  plan_ = &plan;
  parameters_ = &parameters;
  source_ = &source;
  busy_ = 0;
  pipes_ = RateCalendar(1, plan.slot_cycles);
  begin_ = cycle;
  counters_ = {};
  counters_.last_cycle = cycle;
  counters_.segment_cycles.assign(plan.segments.size(), 0);
  ctas_.assign(plan.resident_ctas, Cta{});
  for (unsigned place = 0; place < plan.resident_ctas; ++place) {
    start(ctas_[place], source.first(index_, place), cycle);
  }
}

void SmModel::start(Cta& cta, std::optional<int64_t> number, uint64_t cycle) {
  cta.running = number.has_value();
  if (!cta.running) return;
  cta.at = cta_coordinates(plan_->launch->grid, *number);
  cta.segment = 0;
  cta.chunk = 0;
  cta.began = cycle;
  cta.now = cycle + parameters_->cta_launch_cycles;
  add(cta, SmCause::Launch, parameters_->cta_launch_cycles);
}

uint64_t SmModel::run_until(uint64_t until) {
  for (;;) {
    Cta* first = nullptr;
    for (Cta& cta : ctas_) {
      if (cta.running && (first == nullptr || cta.now < first->now)) first = &cta;
    }
    if (first == nullptr) return kNoWork;
    if (first->now >= until) return first->now;
    if (first->chunk == plan_->segments[first->segment].chunks) {
      end_segment(*first);
    } else {
      run_chunk(*first);
    }
  }
}

/// Asks for the blocks of a chunk: one request for each tensor, as long as the chunk.
void SmModel::ask(Cta& cta, int64_t chunk, uint64_t cycle) {
  const program::Segment& segment = plan_->launch->segments[cta.segment];
  const SegmentPlan& part = plan_->segments[cta.segment];
  const int64_t done = chunk * part.chunk_iterations;
  const auto iterations =
      static_cast<double>(std::min(part.chunk_iterations, segment.iterations - done));
  Asked& asked = cta.asked[static_cast<size_t>(chunk) % cta.asked.size()];
  asked = {{cycle, cycle}, 0};
  for (size_t i = 0; i < segment.loads.size(); ++i) {
    const program::TileTraffic& load = segment.loads[i];
    if (!load.by_k && chunk > 0) continue;
    const double bytes = block_bytes(load, cta.at) * (load.by_k ? iterations : 1);
    const TileReply reply = port_.read(cycle, block_number(*plan_, cta.segment, i, cta.at, chunk),
                                       bytes, part.costs[i]);
    const auto latency = static_cast<double>(reply.first - cycle);
    // Without a second buffer a block is stored before the next one is asked for.
    asked.latency = waits() ? asked.latency + latency : std::max(asked.latency, latency);
    asked.data.first = std::max(asked.data.first, reply.first);
    asked.data.done = std::max(asked.data.done, reply.done);
  }
}

/// Fills the buffers of a segment.
void SmModel::ask_first(Cta& cta) {
  const SegmentPlan& part = plan_->segments[cta.segment];
  cta.asked.resize(static_cast<size_t>(part.chunks_ahead));
  for (int64_t chunk = 0; chunk < std::min(part.chunks_ahead, part.chunks); ++chunk)
    ask(cta, chunk, cta.now);
}

void SmModel::run_chunk(Cta& cta) {
  const program::Segment& segment = plan_->launch->segments[cta.segment];
  const SegmentPlan& part = plan_->segments[cta.segment];
  if (cta.chunk == 0) ask_first(cta);
  const auto [data, latency] = cta.asked[static_cast<size_t>(cta.chunk) % cta.asked.size()];
  const auto iterations = static_cast<double>(
      std::min(part.chunk_iterations, segment.iterations - cta.chunk * part.chunk_iterations));
  const uint64_t begin = std::max(cta.now, data.first);
  const double block_cycles =
      waits() ? latency + part.alone_cycles : latency / (plan_->launch->stages - 1);
  const int64_t later = cta.chunk++ + part.chunks_ahead;
  if (later < part.chunks) ask(cta, later, begin);

  const double work = iterations * part.shared_cycles;
  const uint64_t computed =
      std::max(begin + whole_cycles(iterations * part.alone_cycles), pipes_.book(begin, work).end);
  const uint64_t fetched = std::max(data.done + whole_cycles(part.alone_cycles),
                                    begin + whole_cycles(iterations * block_cycles));
  const uint64_t end = std::max(computed, fetched);
  busy_ += work;
  add(cta, SmCause::Busy, work);
  add(cta, SmCause::Memory,
      static_cast<double>(begin - cta.now) + static_cast<double>(end - computed));
  add(cta, SmCause::Pipeline, std::max(0.0, iterations * part.alone_cycles - work));
  counters_.segment_cycles[cta.segment] += static_cast<double>(end - cta.now);
  cta.now = end;
}

void SmModel::end_segment(Cta& cta) {
  const program::Segment& segment = plan_->launch->segments[cta.segment];
  double bytes = 0;
  for (const program::TileTraffic& store : segment.stores) bytes += block_bytes(store, cta.at);
  if (bytes > 0) {
    // The stores of all warps leave through the SM's port; their instructions take pipe time.
    const double cycles = bytes / parameters_->memory.sm_bytes_per_cycle;
    const double warps = plan_->launch->threads / 32.0;
    const double issue = segment.store_instructions * warps / parameters_->sm.subcores;
    const uint64_t sent = std::max(cta.now + whole_cycles(cycles), pipes_.book(cta.now, issue).end);
    const uint64_t end = std::max(sent, port_.write(cta.now, bytes));
    busy_ += issue;
    add(cta, SmCause::Store, static_cast<double>(end - cta.now));
    counters_.segment_cycles[cta.segment] += static_cast<double>(end - cta.now);
    cta.now = end;
  }
  cta.chunk = 0;
  if (++cta.segment < plan_->segments.size()) return;
  counters_.cta_cycles += static_cast<double>(cta.now - cta.began);
  counters_.last_cycle = std::max(counters_.last_cycle, cta.now);
  start(cta, source_->next(cta.now), cta.now);
}

void SmModel::close(uint64_t cycles) {
  counters_.causes = causes_at(cycles);
}

SmCauseCycles SmModel::causes_at(uint64_t cycle) const {
  SmCauseCycles states{};
  for (const Cta& cta : ctas_) {
    for (size_t i = 0; i < kSmCauses; ++i) states[i] += cta.spent[i];
  }
  states[static_cast<size_t>(SmCause::Busy)] = 0;  // busy_ counts the stores' as well
  const uint64_t used = resident() > 0 ? cycle : counters_.last_cycle;
  return causes_of_cycles(static_cast<double>(cycle), static_cast<double>(used - begin_), busy_,
                          states);
}

SlotCycles SmModel::slot_at(size_t place, uint64_t cycle) const {
  const Cta none;
  const Cta& cta = place < ctas_.size() ? ctas_[place] : none;
  const uint64_t until = cta.running ? cta.now : std::max(cta.now, cycle);
  const uint64_t resident = std::max(cta.now, begin_) - begin_;
  return slot_cycles(cta.spent, static_cast<double>(resident), static_cast<double>(until - begin_));
}

unsigned SmModel::resident() const {
  return static_cast<unsigned>(std::ranges::count(ctas_, true, &Cta::running));
}

}  // namespace weft::sim
