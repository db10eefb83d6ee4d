// SPDX-License-Identifier: Apache-2.0
#include "cli/timeline.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using sim::Timeline;
using sim::TimelineTrack;
using Row = Timeline::Row;

constexpr double kMicroseconds = 1e6;
constexpr const char* kIdle = "idle";
constexpr const char* kActive = "active";

std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

struct Span {
  double begin_s;
  double end_s;
};

/// Collects events as text: there may be more than a hundred thousand.
class TraceWriter {
 public:
  TraceWriter(const Timeline& timeline, const Json& result) : timeline_(timeline), result_(result) {
    for (const Json& phase : result.at("phases")) {
      cuts_.insert(phase.at("begin_s").get<double>());
      cuts_.insert(phase.at("end_s").get<double>());
    }
    for (double previous = 0; const double cut : cuts_) {
      if (cut > previous && !is_covered(previous, cut)) pauses_.push_back({previous, cut});
      previous = cut;
    }
  }

  std::string write() {
    add_phases();
    for (size_t track = 0; track < timeline_.tracks().size(); ++track) {
      if (timeline_.is_shown(track)) add_track(track);
    }
    return fmt::format("{{\"displayTimeUnit\":\"ns\",\"otherData\":{},\"traceEvents\":[\n{}\n]}}\n",
                       about().dump(), events_);
  }

 private:
  Json about() const {
    return {
        {"kernel", result_.at("kernel")},
        {"machine", result_.at("machine")},
        {"samples", timeline_.rows().size()},
        {"cycles_between_samples", timeline_.interval_cycles()},
        {"sampling",
         "Counters are read every so many cycles; a longer run is sampled less often, so that "
         "the file stays small. A stretch is named after the state that took most of it. Bytes "
         "count when they are asked for. Of equal waves of CTAs that were not all simulated, "
         "those that were stand for the others. Slots for CTAs are shown of "
         "some SMs, evenly over the card, and only slots that had a CTA. Kernels of tiles know no "
         "addresses: each tile is taken to lie in one piece of DRAM."},
        {"amounts", amounts()}};
  }

  /// What every track of amounts did in all, [unit][name], such as bytes of a channel.
  Json amounts() const {
    Json all = Json::object();
    for (size_t track = 0; track < timeline_.tracks().size(); ++track) {
      const TimelineTrack& what = timeline_.tracks()[track];
      if (what.kind != TimelineTrack::Kind::Amounts || !timeline_.is_shown(track)) continue;
      double sum = 0;
      for (size_t i = 0; i < what.series.size() && !timeline_.rows().empty(); ++i)
        sum += timeline_.rows().back().values[timeline_.column(track) + i];
      all[what.unit][what.name] = sum;
    }
    return all;
  }

  void add(const std::string& event) {
    if (!events_.empty()) events_ += ",\n";
    events_ += event;
  }

  void name(const char* what, int process, int thread, const std::string& text) {
    add(fmt::format(R"({{"ph":"M","name":"{}","ts":0,"pid":{},"tid":{},"args":{{"name":{}}}}})",
                    what, process, thread, quoted(text)));
  }

  /// A stretch; one that is shorter than the file's picosecond has no length and is left out.
  void slice(int process, int thread, const std::string& what, Span span) {
    constexpr double kShortestSeconds = 0.5e-12;
    if (span.end_s - span.begin_s < kShortestSeconds) return;
    add(fmt::format(R"({{"ph":"X","name":{},"ts":{:.6f},"dur":{:.6f},"pid":{},"tid":{}}})",
                    quoted(what), span.begin_s * kMicroseconds,
                    (span.end_s - span.begin_s) * kMicroseconds, process, thread));
  }

  int process_of(const std::string& unit) {
    const auto [found, added] =
        processes_.try_emplace(unit, static_cast<int>(processes_.size()) + 1);
    if (added) name("process_name", found->second, 0, unit);
    return found->second;
  }

  void add_phases() {
    const int process = process_of("run");
    name("thread_name", process, 1, "phases");
    for (const Json& phase : result_.at("phases")) {
      slice(process, 1, phase.at("name").get<std::string>(),
            {phase.at("begin_s").get<double>(), phase.at("end_s").get<double>()});
    }
  }

  void add_track(size_t track) {
    const TimelineTrack& what = timeline_.tracks()[track];
    const int process = process_of(what.unit);
    const int thread = static_cast<int>(track) + 1;
    if (what.slices) {
      name("thread_name", process, thread, what.name);
      add_slices(track, process, thread);
    }
    if (!what.counter.empty()) add_curve(track, process);
  }

  /// Whether some phase lasts from one cut to the next.
  bool is_covered(double begin_s, double end_s) const {
    return std::ranges::any_of(result_.at("phases"), [&](const Json& phase) {
      return phase.at("begin_s").get<double>() <= begin_s &&
             phase.at("end_s").get<double>() >= end_s;
    });
  }

  bool has_pause(size_t row) const {
    const std::vector<Row>& rows = timeline_.rows();
    return std::ranges::any_of(pauses_, [&](const Span& pause) {
      return pause.begin_s < rows[row].at_s && pause.end_s > rows[row - 1].at_s;
    });
  }

  double change(size_t track, size_t series, size_t row) const {
    const size_t column = timeline_.column(track) + series;
    return timeline_.rows()[row].values[column] - timeline_.rows()[row - 1].values[column];
  }

  /// What a track did between a row and the one before, where `previous` is what it did until then.
  std::string state(size_t track, size_t row, const std::string& previous) const {
    const TimelineTrack& what = timeline_.tracks()[track];
    size_t longest = 0;
    for (size_t i = 1; i < what.series.size(); ++i) {
      if (change(track, i, row) > change(track, longest, row)) longest = i;
    }
    const bool changes = change(track, longest, row) > 0;
    if (what.kind != TimelineTrack::Kind::States) return changes ? kActive : kIdle;
    if (changes) return what.series[longest];
    // All threads are ahead of the sample: they go on with what they were charged for before.
    return has_pause(row) ? kIdle : previous;
  }

  void add_slices(size_t track, int process, int thread) {
    const std::vector<Row>& rows = timeline_.rows();
    std::string what = kIdle;
    // A launch takes its time before the first cycle.
    if (!rows.empty() && rows.front().at_s > 0)
      add_pieces(process, thread, kIdle, {0, rows.front().at_s});
    for (size_t row = 1; row < rows.size();) {
      what = state(track, row, what);
      const double begin_s = rows[row - 1].at_s;
      while (row < rows.size() && state(track, row, what) == what) ++row;
      add_pieces(process, thread, what, {begin_s, rows[row - 1].at_s});
    }
  }

  void add_pieces(int process, int thread, const std::string& what, Span span) {
    double begin_s = span.begin_s;
    for (auto cut = cuts_.upper_bound(begin_s); cut != cuts_.end() && *cut < span.end_s; ++cut) {
      slice(process, thread, what, {begin_s, *cut});
      begin_s = *cut;
    }
    if (span.end_s > begin_s) slice(process, thread, what, {begin_s, span.end_s});
  }

  /// The height of a curve over a stretch: threads in a state on average, an amount per second, or
  /// the level at its end.
  double height(size_t track, size_t series, size_t row) const {
    const TimelineTrack& what = timeline_.tracks()[track];
    if (what.kind == TimelineTrack::Kind::Level)
      return timeline_.rows()[row].values[timeline_.column(track) + series];
    const double length_s = timeline_.rows()[row].at_s - timeline_.rows()[row - 1].at_s;
    if (!(length_s > 0)) return 0;
    if (what.kind == TimelineTrack::Kind::Amounts)
      return change(track, series, row) / length_s * what.counter_scale;
    double all = 0;
    for (size_t i = 0; i < what.series.size(); ++i) all += std::max(0.0, change(track, i, row));
    return all > 0 ? what.members * std::max(0.0, change(track, series, row)) / all : 0;
  }

  void add_curve(size_t track, int process) {
    const TimelineTrack& what = timeline_.tracks()[track];
    std::string before;
    for (size_t row = 1; row < timeline_.rows().size(); ++row) {
      std::string heights;
      for (size_t i = 0; i < what.series.size(); ++i) {
        heights += fmt::format("{}{}:{:.4g}", i == 0 ? "" : ",", quoted(what.series[i]),
                               height(track, i, row));
      }
      if (std::exchange(before, heights) == heights) continue;
      add_point(process, what.counter, timeline_.rows()[row - 1].at_s, heights);
    }
    if (!timeline_.rows().empty() && !before.empty())
      add_point(process, what.counter, timeline_.rows().back().at_s, before);
  }

  void add_point(int process, const std::string& counter, double at_s, const std::string& heights) {
    add(fmt::format(R"({{"ph":"C","name":{},"ts":{:.6f},"pid":{},"tid":0,"args":{{{}}}}})",
                    quoted(counter), at_s * kMicroseconds, process, heights));
  }

  const Timeline& timeline_;
  const Json& result_;
  std::set<double> cuts_;
  std::vector<Span> pauses_;  // between phases
  std::map<std::string, int> processes_;
  std::string events_;
};

}  // namespace

std::string trace_events(const Timeline& timeline, const Json& result) {
  return TraceWriter(timeline, result).write();
}

}  // namespace weft::cli
