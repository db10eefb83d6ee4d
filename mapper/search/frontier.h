// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <queue>
#include <vector>

#include "mapper/search/bounds.h"

namespace weft::mapper {

/// A whole mapping that meets every constraint.
struct Candidate {
  Point point;
  Bound bound;
  double estimate_s = 0;
};

using HostTime = std::chrono::steady_clock::time_point;

/// Best-first branch and bound over the decisions of a mapspace: the partial mapping with the least
/// bound is extended by every value of its next decision. What no constraint rules out and no bound
/// prunes is either a leaf or still inside a partial mapping, so that the least bound of both
/// bounds every mapping of the space.
class Frontier {
 public:
  Frontier(const Mapspace& space, const CostModel& model, const Bounds& bounds);

  /// Extends partial mappings until none is left, until `most_bounds` bounds were evaluated in all,
  /// or until a time of the host's.
  void grow(uint64_t most_bounds, HostTime until = HostTime::max());
  /// Drops the partial mappings that cannot be faster than `best_s`.
  void prune(double best_s);

  /// Whole mappings in the order in which they were reached, the least bounds first.
  const std::vector<Candidate>& leaves() const { return leaves_; }
  /// The least bound of what is not a leaf yet; infinite where everything is.
  double open_bound_s() const;
  bool complete() const { return open_.empty(); }
  uint64_t bounds_evaluated() const { return bounds_evaluated_; }
  /// How many points each constraint of the model ruled out; a point counts for the first.
  const std::vector<double>& rejected() const { return rejected_; }

 private:
  struct Node {
    Point prefix;
    double bound_s = 0;
    uint64_t number = 0;  // of equals the older comes first
    bool operator<(const Node& other) const {
      return bound_s != other.bound_s ? bound_s > other.bound_s : number > other.number;
    }
  };

  void visit(const Point& prefix);

  const Mapspace& space_;
  const Bounds& bounds_;
  std::priority_queue<Node> open_;
  std::vector<Candidate> leaves_;
  std::vector<double> rejected_;  // [constraint]
  uint64_t bounds_evaluated_ = 0;
  uint64_t nodes_ = 0;
};

}  // namespace weft::mapper
