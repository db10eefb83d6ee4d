// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline.h"

#include <algorithm>

namespace weft::sim {

namespace {

/// Stretches and points of curves in all, of about a hundred bytes each.
constexpr size_t kMostEvents = 160'000;
constexpr size_t kMostRows = 4096;
constexpr size_t kFewestRows = 32;

}  // namespace

void Timeline::add(TimelineTrack track, Read read) {
  columns_.push_back(grows_.size());
  grows_.resize(grows_.size() + track.series.size(), track.kind != TimelineTrack::Kind::Level);
  shown_.push_back(!track.sparse);
  tracks_.push_back(std::move(track));
  reads_.push_back(std::move(read));
}

size_t Timeline::most_rows() const {
  size_t events = 1;  // of one row
  for (size_t i = 0; i < tracks_.size(); ++i) {
    if (shown_[i]) events += (tracks_[i].slices ? 1 : 0) + (tracks_[i].counter.empty() ? 0 : 1);
  }
  return std::clamp(kMostEvents / events, kFewestRows, kMostRows);
}

void Timeline::restart() {
  rows_.clear();
  base_.assign(grows_.size(), 0.0);
  interval_ = first_interval_;
}

void Timeline::begin_part(double begin_s, double cycle_s) {
  part_begin_s_ = begin_s;
  cycle_s_ = cycle_s;
  base_.resize(grows_.size(), 0.0);
  rows_.push_back({begin_s, base_});
}

void Timeline::sample(uint64_t cycle) {
  Row row{part_begin_s_ + static_cast<double>(cycle) * cycle_s_,
          std::vector<double>(grows_.size(), 0.0)};
  for (size_t track = 0; track < tracks_.size(); ++track)
    reads_[track](cycle, row.values.data() + columns_[track]);
  for (size_t i = 0; i < base_.size(); ++i) {
    if (grows_[i]) row.values[i] += base_[i];
  }
  note_use(row);
  rows_.push_back(std::move(row));
  while (rows_.size() > most_rows()) thin();
}

/// Tracks that begin to be shown leave room for fewer rows.
void Timeline::note_use(const Row& row) {
  for (size_t track = 0; track < tracks_.size(); ++track) {
    if (shown_[track]) continue;
    const auto first = row.values.begin() + static_cast<std::ptrdiff_t>(columns_[track]);
    const auto last = first + static_cast<std::ptrdiff_t>(tracks_[track].series.size()) - 1;
    shown_[track] = std::any_of(first, last, [](double value) { return value > 0; });
  }
}

void Timeline::thin() {
  size_t kept = 1;  // the first row says where the run begins
  for (size_t i = 2; i < rows_.size(); i += 2) rows_[kept++] = std::move(rows_[i]);
  rows_.resize(kept);
  interval_ *= 2;
}

void Timeline::end_part(uint64_t cycle, double factor) {
  const double end_s = part_begin_s_ + static_cast<double>(cycle) * cycle_s_;
  // The sampler learns only afterwards that all had ended; what it saw since is the end.
  while (!rows_.empty() && rows_.back().at_s >= end_s && rows_.back().at_s > part_begin_s_)
    rows_.pop_back();
  sample(cycle);
  for (Row& row : rows_) {
    if (row.at_s <= part_begin_s_ || factor == 1) continue;
    row.at_s = part_begin_s_ + (row.at_s - part_begin_s_) * factor;
    for (size_t i = 0; i < base_.size(); ++i) {
      if (grows_[i]) row.values[i] = base_[i] + (row.values[i] - base_[i]) * factor;
    }
  }
  base_ = rows_.back().values;
  for (size_t i = 0; i < base_.size(); ++i) {
    if (!grows_[i]) base_[i] = 0;
  }
}

}  // namespace weft::sim
