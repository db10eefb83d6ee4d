// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/frontier.h"

#include <limits>

namespace weft::mapper {

Frontier::Frontier(const Mapspace& space, const CostModel& model, const Bounds& bounds)
    : space_(space), bounds_(bounds), rejected_(model.constraints.size(), 0) {
  visit({});
}

/// Rules a partial mapping out, or keeps it as a leaf or to be extended.
void Frontier::visit(const Point& prefix) {
  ++bounds_evaluated_;
  const size_t depth = prefix.size();
  if (const auto constraint = bounds_.broken(prefix, depth)) {
    rejected_[*constraint] += space_.size_below(depth);
    return;
  }
  const Bound bound = bounds_.bound(prefix, depth);
  if (depth == space_.decisions().size()) {
    leaves_.push_back({prefix, bound, bounds_.estimate_s(prefix)});
  } else {
    open_.push({prefix, bound.seconds, nodes_++});
  }
}

void Frontier::grow(uint64_t most_bounds, HostTime until) {
  while (!open_.empty() && bounds_evaluated_ < most_bounds &&
         std::chrono::steady_clock::now() < until) {
    Point prefix = open_.top().prefix;
    open_.pop();
    const size_t decision = prefix.size();
    prefix.push_back(0);
    for (size_t value = 0; value < space_.decisions()[decision].values.size(); ++value) {
      prefix.back() = static_cast<uint16_t>(value);
      visit(prefix);
    }
  }
}

void Frontier::prune(double best_s) {
  // The first has the least bound, so that it speaks for all.
  if (!open_.empty() && open_.top().bound_s >= best_s) open_ = {};
}

double Frontier::open_bound_s() const {
  return open_.empty() ? std::numeric_limits<double>::infinity() : open_.top().bound_s;
}

}  // namespace weft::mapper
