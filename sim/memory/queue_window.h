// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::sim {

/// When a queue of fixed depth has room, given the times at which its entries leave. They leave in
/// any order; only the latest `depth` departures matter, and they are reported nearly sorted.
class QueueWindow {
 public:
  explicit QueueWindow(int depth) : departures_(static_cast<size_t>(depth), INT64_MIN) {}

  /// The time from which there is room for one more entry beside `reserved` others that never
  /// leave.
  int64_t room(int reserved = 0) const {
    return static_cast<size_t>(reserved) < departures_.size() ? at(static_cast<size_t>(reserved))
                                                              : INT64_MAX;
  }

  /// An entry leaves at `time`.
  void depart(int64_t time) {
    if (time <= departures_[oldest_]) return;
    size_t hole = oldest_;
    oldest_ = next(oldest_);
    while (hole != oldest_ && departures_[before(hole)] > time) {
      departures_[hole] = departures_[before(hole)];
      hole = before(hole);
    }
    departures_[hole] = time;
  }

 private:
  size_t next(size_t i) const { return i + 1 == departures_.size() ? 0 : i + 1; }
  size_t before(size_t i) const { return (i == 0 ? departures_.size() : i) - 1; }
  /// The departure with `rank` earlier ones.
  int64_t at(size_t rank) const {
    const size_t i = oldest_ + rank;
    return departures_[i < departures_.size() ? i : i - departures_.size()];
  }

  std::vector<int64_t> departures_;  // ascending from oldest_ on, round the ring
  size_t oldest_ = 0;
};

/// The latest departures from a queue in the order in which they became known: cheap to keep, less
/// so to ask.
class RecentDepartures {
 public:
  explicit RecentDepartures(int depth)
      : departures_(static_cast<size_t>(depth), INT64_MIN), sorted_(departures_) {}

  void push(int64_t time) {
    departures_[next_] = time;
    next_ = next_ + 1 == departures_.size() ? 0 : next_ + 1;
  }

  /// The time from which at most `remaining` of the entries are still there. Precondition:
  /// remaining < depth.
  int64_t remaining_at_most(int remaining) {
    sorted_ = departures_;
    const auto wanted = sorted_.end() - 1 - remaining;
    std::nth_element(sorted_.begin(), wanted, sorted_.end());
    return *wanted;
  }

 private:
  std::vector<int64_t> departures_;
  std::vector<int64_t> sorted_;
  size_t next_ = 0;
};

}  // namespace weft::sim
