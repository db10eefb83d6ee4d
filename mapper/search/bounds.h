// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mapper/search/cost_model.h"

namespace weft::mapper {

/// A term with its value for every combination of its decisions, and for every beginning of one the
/// least value that the rest can still give: `[depth][combination]`. A combination that a
/// constraint forbids is infinite and takes no part in the least.
class TermTable {
 public:
  using Forbidden = std::function<bool(const Point&)>;

  /// Combinations of more than `kMostEntries` are not tabulated: such a term is evaluated for whole
  /// points and is 0 before.
  static constexpr double kMostEntries = 1 << 18;

  TermTable(const Mapspace& space, const Term& term, const Forbidden& forbidden);

  /// The least value for points that begin with the first `depth` values of `point`.
  double least(std::span<const uint16_t> point, size_t depth) const {
    if (levels_.empty()) return depth < open_until_ ? 0 : direct(point);
    size_t index = 0;
    size_t known = 0;
    for (; known < decisions_.size() && decisions_[known] < depth; ++known) {
      index = index * radix_[known] + point[decisions_[known]];
    }
    return levels_[known][index];
  }

 private:
  double direct(std::span<const uint16_t> point) const;

  std::vector<size_t> decisions_;
  std::vector<size_t> radix_;                // [decision of the term]
  std::vector<std::vector<double>> levels_;  // [decisions known][combination]
  size_t open_until_ = 0;
  std::function<double(const Point&)> value_;  // where there is no table
};

/// A lower bound on the time of every mapping that begins like a point, and what sets it.
struct Bound {
  double seconds = 0;
  size_t floor = 0;  // index into the model's floors
};

/// The floors, constraints and estimates of a model in tables, so that a candidate costs a few
/// look-ups. A bound never falls when one more decision is taken: the least over fewer points is no
/// less than the least over more of them.
class Bounds {
 public:
  Bounds(const Mapspace& space, const CostModel& model);

  /// The bound of points that begin with the first `depth` values.
  Bound bound(std::span<const uint16_t> point, size_t depth) const;
  /// Seconds of each floor, in the order of the model.
  std::vector<double> floors(std::span<const uint16_t> point, size_t depth) const;
  /// The first constraint that no point which begins so can meet.
  std::optional<size_t> broken(std::span<const uint16_t> point, size_t depth) const;
  /// The expected time of a whole point.
  double estimate_s(std::span<const uint16_t> point) const;

 private:
  double floor_s(size_t floor, std::span<const uint16_t> point, size_t depth) const;

  std::vector<TermTable> constraints_;
  std::vector<std::vector<TermTable>> floors_;  // [floor][term]
  std::vector<double> base_s_;                  // [floor]
  std::vector<TermTable> estimate_;
};

}  // namespace weft::mapper
