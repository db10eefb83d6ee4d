// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/fabric_timeline.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::sim {

namespace {

using Kind = TimelineTrack::Kind;

constexpr double kGigabyte = 1e-9;

std::vector<std::string> cause_names() {
  return {kCauseNames.begin(), kCauseNames.end()};
}

/// The causes of the threads that `belongs` holds for, summed.
template <class Belongs>
Timeline::Read causes_of(const CoreModel& core, Belongs belongs) {
  return [&core, belongs](uint64_t cycle, double* out) {
    for (const Thread& thread : core.threads()) {
      if (!belongs(thread)) continue;
      const CauseCycles causes = causes_at(thread, cycle);
      for (size_t i = 0; i < kCauses; ++i) out[i] += static_cast<double>(causes[i]);
    }
  };
}

template <class Belongs>
double members(const CoreModel& core, Belongs belongs) {
  return static_cast<double>(std::ranges::count_if(core.threads(), belongs));
}

void add_pipeline(Timeline& timeline, const std::string& unit, const CoreModel& core,
                  uint16_t pipeline) {
  const auto belongs = [pipeline](const Thread& thread) { return thread.pipeline == pipeline; };
  const auto first = std::ranges::find_if(core.threads(), belongs);
  // A single-threaded pipeline that the program does not use has nothing to show.
  if (first == core.threads().end()) return;
  if (first->stall_on_use && first->state == ThreadState::Halted) return;
  const double threads = members(core, belongs);
  timeline.add({unit, fmt::format("pipeline {}, {} threads", pipeline, threads), Kind::States,
                cause_names(), threads, true, "", 1},
               causes_of(core, belongs));
}

}  // namespace

CauseCycles causes_at(const Thread& thread, uint64_t cycle) {
  CauseCycles causes = thread.cycles;
  if (thread.state == ThreadState::Running || cycle <= thread.now) return causes;
  const Cause cause = thread.state == ThreadState::AtFence  ? Cause::Dma
                      : thread.state == ThreadState::Halted ? Cause::Idle
                                                            : Cause::Barrier;
  causes[static_cast<size_t>(cause)] += cycle - thread.now;
  return causes;
}

void add_core_tracks(Timeline& timeline, unsigned index, const CoreModel& core, double clock_ghz) {
  const std::string unit = fmt::format("core {}", index);
  const auto multi = [](const Thread& thread) { return !thread.stall_on_use; };
  timeline.add({unit, "all threads", Kind::States, cause_names(), members(core, multi), true,
                "threads by state", 1},
               causes_of(core, multi));
  for (size_t i = 0; i < core.pipelines().size(); ++i)
    add_pipeline(timeline, unit, core, static_cast<uint16_t>(i));
  timeline.add({unit,
                "instructions",
                Kind::Amounts,
                {"issued"},
                1,
                false,
                "instructions per cycle",
                1e-9 / clock_ghz},
               [&core](uint64_t, double* out) {
                 for (const Thread& thread : core.threads())
                   out[0] += static_cast<double>(thread.instructions);
               });
  timeline.add(
      {unit, "DMA engine", Kind::Amounts, {"moved"}, 1, true, "DMA GB/s", kGigabyte},
      [&core](uint64_t, double* out) { out[0] = static_cast<double>(core.dma().bytes()); });
}

void add_memory_track(Timeline& timeline, unsigned index,
                      std::function<MemoryCounters()> counters) {
  timeline.add({"memory",
                fmt::format("controller {}", index),
                Kind::Amounts,
                {"read", "written"},
                1,
                true,
                fmt::format("controller {} GB/s", index),
                kGigabyte},
               [counters = std::move(counters)](uint64_t, double* out) {
                 const MemoryCounters counted = counters();
                 out[0] = static_cast<double>(counted.read_bytes);
                 out[1] = static_cast<double>(counted.write_bytes);
               });
}

void add_channel_tracks(Timeline& timeline, unsigned controller,
                        const std::function<std::vector<uint64_t>()>& bytes) {
  const size_t channels = bytes().size();
  for (size_t i = 0; channels > 1 && i < channels; ++i) {
    timeline.add({"memory",
                  fmt::format("controller {}, channel {}", controller, i),
                  Kind::Amounts,
                  {"moved"},
                  1,
                  true,
                  fmt::format("controller {}, channel {} GB/s", controller, i),
                  kGigabyte},
                 [bytes, i](uint64_t, double* out) { out[0] = static_cast<double>(bytes()[i]); });
  }
}

void add_network_track(Timeline& timeline, const NetworkModule& network) {
  timeline.add(
      {"network", "all links", Kind::Amounts, {"sent"}, 1, true, "network GB/s", kGigabyte},
      [&network](uint64_t, double* out) {
        out[0] = static_cast<double>(network.counters().bytes);
      });
}

}  // namespace weft::sim
