// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/gpu_timeline.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/machine/sm_limits.h"

namespace weft::sim {

namespace {

using Kind = TimelineTrack::Kind;

constexpr double kGigabyte = 1e-9;

}  // namespace

void add_sm_track(Timeline& timeline, unsigned index,
                  std::function<SmCauseCycles(uint64_t cycle)> causes) {
  timeline.add({"SMs",
                fmt::format("SM {}", index),
                Kind::States,
                {kSmCauseNames.begin(), kSmCauseNames.end()},
                1,
                true,
                "",
                1},
               [causes = std::move(causes)](uint64_t cycle, double* out) {
                 std::ranges::copy(causes(cycle), out);
               });
}

void add_slot_tracks(
    Timeline& timeline, const machine::GpuDescription& gpu,
    const std::function<SlotCycles(unsigned sm, unsigned place, uint64_t cycle)>& states) {
  constexpr unsigned kMostSlots = 256;
  const auto sms = static_cast<unsigned>(gpu.sms);
  const auto places = static_cast<unsigned>(
      machine::sm_limits(machine::parse_compute_capability(gpu.compute_capability).value())
          .max_blocks);
  const unsigned shown = std::clamp(kMostSlots / places, 1U, sms);
  for (unsigned i = 0; i < shown * places; ++i) {
    const unsigned sm = i / places * sms / shown, place = i % places;
    TimelineTrack track;
    track.unit = fmt::format("CTA slots of SM {}", sm);
    track.name = fmt::format("slot {}", place);
    track.series = {kSlotStateNames.begin(), kSlotStateNames.end()};
    track.sparse = true;
    timeline.add(std::move(track), [states, sm, place](uint64_t cycle, double* out) {
      std::ranges::copy(states(sm, place, cycle), out);
    });
  }
}

void add_residency_track(Timeline& timeline, std::function<double()> ctas) {
  timeline.add({"SMs", "resident CTAs", Kind::Level, {"CTAs"}, 1, false, "resident CTAs", 1},
               [ctas = std::move(ctas)](uint64_t, double* out) { out[0] = ctas(); });
}

void add_moved_tracks(Timeline& timeline, const std::function<MovedBytes()>& moved) {
  timeline.add({"memory", "L2", Kind::Amounts, {"moved"}, 1, true, "L2 GB/s", kGigabyte},
               [moved](uint64_t, double* out) { out[0] = moved().l2; });
  timeline.add({"memory",
                "DRAM, all channels",
                Kind::Amounts,
                {"read", "written"},
                1,
                true,
                "DRAM GB/s",
                kGigabyte},
               [moved](uint64_t, double* out) {
                 const MovedBytes bytes = moved();
                 out[0] = bytes.dram_read;
                 out[1] = bytes.dram_written;
               });
}

void add_channel_track(Timeline& timeline, unsigned channel, std::function<double()> bytes) {
  TimelineTrack track;
  track.unit = "DRAM channels";
  track.name = fmt::format("channel {}", channel);
  track.kind = Kind::Amounts;
  track.series = {"moved"};
  timeline.add(std::move(track),
               [bytes = std::move(bytes)](uint64_t, double* out) { out[0] = bytes(); });
}

}  // namespace weft::sim
