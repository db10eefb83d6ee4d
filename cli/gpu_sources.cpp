// SPDX-License-Identifier: Apache-2.0
#include "cli/gpu_sources.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/ratio.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using program::Segment;
using program::TileTraffic;
using sim::SmCause;

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
      : run_(run), launch_(launch), sources_(sources), lines_(lines) {
    for (const Segment& segment : launch.segments) {
      for (const TileTraffic& load : segment.loads) {
        asked_bytes_ += load_bytes(load, segment, launch.grid);
      }
      for (const TileTraffic& store : segment.stores) {
        asked_bytes_ += bytes_of_ctas(store, launch.grid);
      }
    }
    for (const double cycles : run.causes) sm_cycles_ += cycles;
    for (const double cycles : run.segment_cycles) cta_cycles_ += cycles;
  }

  void add() {
    for (size_t i = 0; i < launch_.segments.size(); ++i) add_segment(i);
  }

 private:
  /// Cycles of the launch that a cause took.
  double cycles_of(SmCause cause) const {
    return run_.cycles * ratio(run_.causes[static_cast<size_t>(cause)], sm_cycles_);
  }

  void add_segment(size_t i) {
    const Segment& segment = launch_.segments[i];
    const double share = ratio(run_.segment_cycles[i], cta_cycles_);
    const double waiting = cycles_of(SmCause::Memory) * share;
    const double storing = cycles_of(SmCause::Store) * share;
    const bool loads = !segment.loads.empty();
    const bool stores = !segment.stores.empty();
    const double rest = run_.cycles * share - (loads ? waiting : 0) - (stores ? storing : 0);
    add_line(segment, "", 0, rest, "product");
    double loaded = 0;
    for (const TileTraffic& load : segment.loads) {
      loaded += load_bytes(load, segment, launch_.grid);
    }
    for (const TileTraffic& load : segment.loads) {
      const double bytes = load_bytes(load, segment, launch_.grid);
      add_line(segment, load.tensor, bytes, waiting * ratio(bytes, loaded), "load");
    }
    for (const TileTraffic& store : segment.stores) {
      add_line(segment, store.tensor, bytes_of_ctas(store, launch_.grid),
               storing / static_cast<double>(segment.stores.size()), "store");
    }
  }

  void add_line(const Segment& segment, const std::string& tensor, double bytes, double cycles,
                const char* what) {
    const program::Source& source = sources_[segment.source];
    lines_.push_back({{"file", source.file.empty() ? Json() : Json(source.file)},
                      {"line", source.line == 0 ? Json() : Json(source.line)},
                      {"statement", source.statement},
                      {"tensor", tensor.empty() ? Json() : Json(tensor)},
                      {"bytes", run_.memory.l2_bytes * ratio(bytes, asked_bytes_)},
                      {"cycles", cycles},
                      {"what", what}});
  }

  const sim::LaunchRun& run_;
  const program::Launch& launch_;
  const std::vector<program::Source>& sources_;
  Json& lines_;
  double asked_bytes_ = 0;
  double sm_cycles_ = 0;
  double cta_cycles_ = 0;
};

}  // namespace

Json gpu_sources_json(const sim::GpuRun& run, const program::GridProgram& program) {
  Json lines = Json::array();
  for (size_t i = 0; i < run.launches.size(); ++i) {
    LaunchSources(run.launches[i], program.launches[i], program.sources, lines).add();
  }
  return lines;
}

}  // namespace weft::cli
