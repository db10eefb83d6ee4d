// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mapper/crowding.h"

namespace weft::mapper {

namespace {

/// An estimate is no less, so that ratios to it are defined where a model knows nothing.
constexpr double kLeastSeconds = 1e-12;

/// Whether all of `part` is in `whole`; both ascending.
bool is_part(const std::vector<size_t>& part, const std::vector<size_t>& whole) {
  return std::ranges::includes(whole, part);
}

/// A constraint as a term: 0 where it is met, infinite where it is broken.
Term term_of(const Constraint& constraint) {
  const auto& broken = constraint.broken;
  return {constraint.decisions,
          [broken](const Point& point) { return broken(point).empty() ? 0.0 : kNever; }};
}

/// The points that constraints on nothing but the decisions of a term forbid.
TermTable::Forbidden forbidden_for(const Term& term, const CostModel& model,
                                   const std::vector<TermTable>& constraints) {
  std::vector<const TermTable*> known;
  for (size_t i = 0; i < constraints.size(); ++i) {
    if (is_part(model.constraints[i].decisions, term.decisions)) known.push_back(&constraints[i]);
  }
  return [known](const Point& point) {
    return std::ranges::any_of(known, [&](const TermTable* constraint) {
      return std::isinf(constraint->least(point, point.size()));
    });
  };
}

}  // namespace

TermTable::TermTable(const Mapspace& space, const Term& term, const Forbidden& forbidden)
    : decisions_(term.decisions) {
  double entries = 1;
  for (const size_t decision : decisions_) {
    radix_.push_back(space.decisions()[decision].values.size());
    entries *= static_cast<double>(radix_.back());
  }
  if (entries > kMostEntries) {
    open_until_ = space.decisions().size();
    value_ = term.value;
    return;
  }
  Point point = space.first();
  std::vector<double> values(static_cast<size_t>(entries));
  for (size_t index = 0; index < values.size(); ++index) {
    size_t rest = index;
    for (size_t i = decisions_.size(); i-- > 0;) {
      point[decisions_[i]] = static_cast<uint16_t>(rest % radix_[i]);
      rest /= radix_[i];
    }
    values[index] = forbidden(point) ? kNever : term.value(point);
  }
  levels_.assign(decisions_.size() + 1, {});
  levels_.back() = std::move(values);
  for (size_t known = decisions_.size(); known-- > 0;) {
    const std::vector<double>& finer = levels_[known + 1];
    std::vector<double>& coarser = levels_[known];
    coarser.assign(finer.size() / radix_[known], kNever);
    for (size_t i = 0; i < finer.size(); ++i) {
      double& least = coarser[i / radix_[known]];
      least = std::min(least, finer[i]);
    }
  }
}

double TermTable::direct(std::span<const uint16_t> point) const {
  return value_(Point(point.begin(), point.end()));
}

Bounds::Bounds(const Mapspace& space, const CostModel& model) {
  // A constraint is not evaluated where one before it is broken already.
  for (const Constraint& constraint : model.constraints) {
    const Term term = term_of(constraint);
    constraints_.emplace_back(space, term, forbidden_for(term, model, constraints_));
  }
  const auto tabulate = [&](const Term& term) {
    return TermTable(space, term, forbidden_for(term, model, constraints_));
  };
  for (const Floor& floor : model.floors) {
    std::vector<TermTable>& terms = floors_.emplace_back();
    base_s_.push_back(floor.base_s);
    for (const Term& term : floor.terms) terms.push_back(tabulate(term));
  }
  for (const Term& term : model.estimate) estimate_.push_back(tabulate(term));
}

double Bounds::floor_s(size_t floor, std::span<const uint16_t> point, size_t depth) const {
  double seconds = base_s_[floor];
  for (const TermTable& term : floors_[floor]) seconds += term.least(point, depth);
  return seconds;
}

Bound Bounds::bound(std::span<const uint16_t> point, size_t depth) const {
  Bound bound;
  for (size_t i = 0; i < floors_.size(); ++i) {
    const double seconds = floor_s(i, point, depth);
    if (seconds > bound.seconds) bound = {seconds, i};
  }
  return bound;
}

std::vector<double> Bounds::floors(std::span<const uint16_t> point, size_t depth) const {
  std::vector<double> seconds;
  for (size_t i = 0; i < floors_.size(); ++i) seconds.push_back(floor_s(i, point, depth));
  return seconds;
}

std::optional<size_t> Bounds::broken(std::span<const uint16_t> point, size_t depth) const {
  for (size_t i = 0; i < constraints_.size(); ++i) {
    if (std::isinf(constraints_[i].least(point, depth))) return i;
  }
  return std::nullopt;
}

double Bounds::estimate_s(std::span<const uint16_t> point) const {
  double seconds = 0;
  for (const TermTable& term : estimate_) seconds += term.least(point, point.size());
  if (!estimate_.empty()) return std::max(seconds, kLeastSeconds);
  const std::vector<double> each = floors(point, point.size());
  const double most = each.empty() ? 0 : *std::ranges::max_element(each);
  if (most <= kLeastSeconds || std::isinf(most)) return std::max(most, kLeastSeconds);
  return crowded(each);
}

}  // namespace weft::mapper
