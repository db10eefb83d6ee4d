// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "mapper/search/mapspace.h"

namespace weft::mapper {

/// The time of what cannot run.
inline constexpr double kNever = std::numeric_limits<double>::infinity();

/// A number of seconds that follows from a few decisions. `value` looks at no others.
struct Term {
  std::vector<size_t> decisions;  // ascending
  std::function<double(const Point&)> value;
};

/// Time that one resource of the machine needs at least: the sum of its terms and of `base_s`. No
/// mapping can be faster than any of its floors, which a property test holds against simulations.
struct Floor {
  std::string name;  // what binds a mapping whose largest floor this is: "dram", "issue"
  std::vector<Term> terms;
  double base_s = 0;  // what a faster resource would not shorten, such as launches
};

/// A demand on a mapping. `broken` answers why a point does not meet it, with the cheapest way out
/// where one is known; an empty text where it does.
struct Constraint {
  std::string name;               // "scratchpad"
  std::vector<size_t> decisions;  // ascending
  std::function<std::string(const Point&)> broken;
  /// How far a point is from meeting it, in any unit; where it is not given, all are equally far.
  std::function<double(const Point&)> excess = nullptr;
};

/// What is known of the mappings of one kernel on one machine before any is simulated.
struct CostModel {
  std::vector<Constraint> constraints;
  std::vector<Floor> floors;
  /// The expected time, by which candidates are ranked and nothing is proved. Empty: the floors,
  /// each of which makes the others a little worse.
  std::vector<Term> estimate;
  /// Points at most that a search asks about before it simulates, where each is compiled for it; 0:
  /// as many as it likes.
  uint64_t most_points = 0;
  /// Equal texts for points that describe the same program. Empty: every point is its own.
  std::function<std::string(const Point&)> program;
};

}  // namespace weft::mapper
