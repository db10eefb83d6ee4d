// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weft::sim {

/// What a timeline shows of one unit of a machine.
struct TimelineTrack {
  enum class Kind {
    States,   // series are times spent in each state, summed over `members`
    Amounts,  // series are amounts done, such as bytes
    Level,    // the one series is a number at a moment, such as resident CTAs
  };
  std::string unit;  // "core 0"; tracks of a unit stand together
  std::string name;  // "pipeline 2"
  Kind kind = Kind::States;
  std::vector<std::string> series;
  double members = 1;   // threads whose states are summed
  bool slices = true;   // shown as stretches of time: by the longest state, or while anything moves
  std::string counter;  // the name of its curve, with the unit of it; empty: none
  double counter_scale = 1;  // amounts per second in the unit of the curve
  bool sparse = false;       // left out where all but its last series stayed 0
};

/// Samples of a machine's own counters over a run. The models count as they always do; a sampler
/// reads them now and then, so that a run without a timeline pays nothing and one with it changes
/// nothing in its times.
///
/// Counters only grow, so that any sample may be left out without losing what happened: when there
/// are more than `most_rows`, every second one is dropped and the distance doubles. The size is
/// bounded whatever the run, and what is shown of a stretch is its sum.
class Timeline {
 public:
  /// Writes the counters of a track at `cycle` of the part at hand.
  using Read = std::function<void(uint64_t cycle, double* out)>;
  struct Row {
    double at_s;
    std::vector<double> values;  // [series of all tracks]
  };

  explicit Timeline(uint64_t interval_cycles) : first_interval_(interval_cycles) {}

  void add(TimelineTrack track, Read read);

  /// A run begins, perhaps once more: forgets the samples, and the tracks stay.
  void restart();
  /// A part of the run begins, whose counters begin at 0: cycle 0 is at `begin_s`.
  void begin_part(double begin_s, double cycle_s);
  void sample(uint64_t cycle);
  /// The part ended at `cycle`. What it did stands for `factor` times as much: time and amounts.
  void end_part(uint64_t cycle, double factor);

  /// Between two samples, at the moment.
  uint64_t interval_cycles() const { return interval_; }
  const std::vector<TimelineTrack>& tracks() const { return tracks_; }
  /// False for a sparse track on which nothing has happened.
  bool is_shown(size_t track) const { return shown_[track]; }
  /// The place of a track's first series in a row.
  size_t column(size_t track) const { return columns_[track]; }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  size_t most_rows() const;
  void thin();
  void note_use(const Row& row);

  uint64_t first_interval_;
  uint64_t interval_ = 0;
  std::vector<TimelineTrack> tracks_;
  std::vector<size_t> columns_;
  std::vector<Read> reads_;
  std::vector<bool> shown_;  // [track]
  std::vector<bool> grows_;  // [column] false for levels
  std::vector<Row> rows_;
  std::vector<double> base_;  // [column] sum over the parts before
  double part_begin_s_ = 0;
  double cycle_s_ = 0;
};

}  // namespace weft::sim
