// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "cli/sweep/axis.h"

namespace weft::cli::sweep {

namespace {

constexpr size_t kMostValues = 8;
constexpr size_t kGroups = 4;

std::string text_of(const nlohmann::ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A finished point as one axis sees it.
struct Seen {
  std::string value;
  double measure;  // the objective, or its logarithm
};

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around(const std::vector<double>& values, double centre) {
  return std::accumulate(values.begin(), values.end(), 0.0, [&](double sum, double value) {
    return sum + (value - centre) * (value - centre);
  });
}

/// Measures by the value of the axis, or by a range of values where there are many.
std::map<std::string, std::vector<double>> grouped(std::vector<Seen> samples) {
  std::map<std::string, std::vector<double>> groups;
  for (const Seen& sample : samples) groups[sample.value].push_back(sample.measure);
  const auto is_number = [](const Seen& sample) { return number_of(sample.value).has_value(); };
  if (groups.size() <= kMostValues || !std::ranges::all_of(samples, is_number)) return groups;
  groups.clear();
  std::ranges::sort(samples, {}, [](const Seen& sample) { return *number_of(sample.value); });
  for (size_t group = 0; group < kGroups; ++group) {
    const size_t begin = samples.size() * group / kGroups;
    const size_t end = samples.size() * (group + 1) / kGroups;
    const std::string name = fmt::format("{} to {}", samples[begin].value, samples[end - 1].value);
    for (size_t i = begin; i < end; ++i) groups[name].push_back(samples[i].measure);
  }
  return groups;
}

Effect effect_of(const std::string& axis, const std::vector<Seen>& samples, bool maximize) {
  std::vector<double> all;
  all.reserve(samples.size());
  for (const Seen& sample : samples) all.push_back(sample.measure);
  const double centre = mean(all);
  Effect effect;
  effect.axis = axis;
  bool first = true;
  double between = 0;
  for (const auto& [value, measures] : grouped(samples)) {
    const double group_mean = mean(measures);
    between += static_cast<double>(measures.size()) * (group_mean - centre) * (group_mean - centre);
    const auto better = [&](double a, double b) { return maximize ? a > b : a < b; };
    if (first || better(group_mean, effect.best)) {
      effect.best = group_mean;
      effect.best_value = value;
    }
    if (first || better(effect.worst, group_mean)) {
      effect.worst = group_mean;
      effect.worst_value = value;
    }
    first = false;
  }
  const double total = squares_around(all, centre);
  effect.share = total > 0 ? std::min(1.0, between / total) : 0;
  return effect;
}

}  // namespace

double Effect::ratio() const {
  const double ratio = worst / best;
  return ratio > 0 && ratio < 1 ? 1 / ratio : ratio;
}

std::vector<Effect> effects_on(const Sweep& sweep, const std::vector<Outcome>& outcomes,
                               size_t objective) {
  const auto value_of = [&](const Outcome& outcome) { return outcome.objectives[objective]; };
  const bool positive = std::ranges::all_of(outcomes, [&](const Outcome& outcome) {
    return std::isnan(value_of(outcome)) || value_of(outcome) > 0;
  });
  std::vector<Effect> effects;
  for (const ZippedAxes& zipped : sweep.axes) {
    const std::string& axis = zipped.front().name;
    std::vector<Seen> samples;
    for (const Outcome& outcome : outcomes) {
      const double value = value_of(outcome);
      if (std::isnan(value)) continue;
      samples.push_back({text_of(outcome.row.axes.at(axis)), positive ? std::log(value) : value});
    }
    if (samples.empty()) return {};
    Effect effect = effect_of(axis, samples, sweep.objectives[objective].maximize);
    if (positive) {
      effect.best = std::exp(effect.best);
      effect.worst = std::exp(effect.worst);
    }
    effects.push_back(std::move(effect));
  }
  std::ranges::stable_sort(effects, std::greater{}, &Effect::share);
  return effects;
}

}  // namespace weft::cli::sweep
