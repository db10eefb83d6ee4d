// SPDX-License-Identifier: Apache-2.0
#include "cli/gpu_sources.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/ratio.h"
#include "cli/source_entry.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using program::Segment;
using program::TileTraffic;
using sim::SmCause;
using sim::SmCauseCycles;

/// Bytes that all CTAs of a launch move for a block of each: whole blocks but for the last along
/// the coordinate that cuts the rows.
double bytes_of_ctas(const TileTraffic& traffic, const program::Grid& grid) {
  const int64_t cut = traffic.rows_are_m ? grid.m_tiles : grid.n_tiles;
  const int64_t rows = std::min(traffic.rows, cut * traffic.tile_rows);
  const int64_t others = grid.ctas() / cut;
  return traffic.bytes_per_row * static_cast<double>(rows) * static_cast<double>(others);
}

double load_bytes(const TileTraffic& load, const Segment& segment, const program::Grid& grid) {
  const int64_t times = load.by_k ? segment.iterations : 1;
  return bytes_of_ctas(load, grid) * static_cast<double>(times);
}

/// The lines of one launch. The simulator counts bytes of all tensors together and the cycles of
/// SMs by cause; here the first are shared out by what the tiles ask for, the second by the time of
/// CTAs in each statement and then to the tensors that they waited for.
class LaunchSources {
 public:
  LaunchSources(const sim::LaunchRun& run, const program::Launch& launch,
                const std::vector<program::Source>& sources, Json& lines)
      : run_(run),
        launch_(launch),
        sources_(sources),
        lines_(lines),
        causes_(cycles_by_cause(run)) {
    for (const Segment& segment : launch.segments) {
      for (const TileTraffic& load : segment.loads) {
        asked_bytes_ += load_bytes(load, segment, launch.grid);
      }
      for (const TileTraffic& store : segment.stores) {
        asked_bytes_ += bytes_of_ctas(store, launch.grid);
      }
    }
    for (const double cycles : run.segment_cycles) cta_cycles_ += cycles;
  }

  void add() {
    for (size_t i = 0; i < launch_.segments.size(); ++i) add_segment(i);
  }

 private:
  void add_segment(size_t i) {
    const Segment& segment = launch_.segments[i];
    const double share = ratio(run_.segment_cycles[i], cta_cycles_);
    SmCauseCycles rest{};
    for (size_t cause = 0; cause < sim::kSmCauses; ++cause) rest[cause] = causes_[cause] * share;
    const double waiting = segment.loads.empty() ? 0 : taken(rest, SmCause::Memory);
    const double storing = segment.stores.empty() ? 0 : taken(rest, SmCause::Store);
    add_line(segment, "", 0, rest, "product");
    double loaded = 0;
    for (const TileTraffic& load : segment.loads) {
      loaded += load_bytes(load, segment, launch_.grid);
    }
    for (const TileTraffic& load : segment.loads) {
      const double bytes = load_bytes(load, segment, launch_.grid);
      add_line(segment, load.tensor, bytes, only(SmCause::Memory, waiting * ratio(bytes, loaded)),
               "load");
    }
    for (const TileTraffic& store : segment.stores) {
      add_line(segment, store.tensor, bytes_of_ctas(store, launch_.grid),
               only(SmCause::Store, storing / static_cast<double>(segment.stores.size())), "store");
    }
  }

  static double taken(SmCauseCycles& causes, SmCause cause) {
    return std::exchange(causes[static_cast<size_t>(cause)], 0);
  }

  static SmCauseCycles only(SmCause cause, double cycles) {
    SmCauseCycles causes{};
    causes[static_cast<size_t>(cause)] = cycles;
    return causes;
  }

  void add_line(const Segment& segment, const std::string& tensor, double bytes,
                const SmCauseCycles& causes, const char* what) {
    lines_.push_back(source_entry(sources_[segment.source], tensor, what,
                                  run_.memory.l2_bytes * ratio(bytes, asked_bytes_), causes,
                                  sim::kSmCauseNames));
  }

  const sim::LaunchRun& run_;
  const program::Launch& launch_;
  const std::vector<program::Source>& sources_;
  Json& lines_;
  SmCauseCycles causes_;
  double asked_bytes_ = 0;
  double cta_cycles_ = 0;
};

}  // namespace

double total_cycles(const sim::GpuRun& run) {
  double cycles = 0;
  for (const sim::LaunchRun& launch : run.launches) cycles += launch.cycles;
  return cycles;
}

sim::SmCauseCycles cycles_by_cause(const sim::LaunchRun& launch) {
  const double all = std::accumulate(launch.causes.begin(), launch.causes.end(), 0.0);
  SmCauseCycles causes{};
  for (size_t i = 0; i < causes.size(); ++i)
    causes[i] = launch.cycles * ratio(launch.causes[i], all);
  return causes;
}

double cycles_with_launching(const sim::GpuRun& run) {
  return std::max(std::round(run.time_s * run.clock_ghz * 1e9), std::ceil(total_cycles(run)));
}

void add_launching(const sim::GpuRun& run, Json& lines) {
  const double cycles = cycles_with_launching(run) - total_cycles(run);
  if (!(cycles > 0)) return;
  lines.push_back({{"file", nullptr},
                   {"line", nullptr},
                   {"statement", "launch"},
                   {"tensor", nullptr},
                   {"bytes", 0},
                   {"cycles", cycles},
                   {"what", kLaunchCause},
                   {"stalls", {{kLaunchCause, cycles}}}});
}

Json gpu_sources_json(const sim::GpuRun& run, const program::GridProgram& program) {
  Json lines = Json::array();
  for (size_t i = 0; i < run.launches.size(); ++i) {
    LaunchSources(run.launches[i], program.launches[i], program.sources, lines).add();
  }
  add_launching(run, lines);
  return lines;
}

}  // namespace weft::cli
