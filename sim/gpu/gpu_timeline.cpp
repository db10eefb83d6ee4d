// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/gpu_timeline.h"

#include <algorithm>

#include <fmt/format.h>

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

void add_residency_track(Timeline& timeline, std::function<double()> ctas) {
  timeline.add({"SMs", "resident CTAs", Kind::Level, {"CTAs"}, 1, false, "resident CTAs", 1},
               [ctas = std::move(ctas)](uint64_t, double* out) { out[0] = ctas(); });
}

void add_moved_tracks(Timeline& timeline, std::function<MovedBytes()> moved) {
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

}  // namespace weft::sim
