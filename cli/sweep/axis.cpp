// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/axis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/scalar.h"

namespace weft::cli::sweep {

namespace {

using base::YamlNode;

constexpr size_t kMostValues = 100'000;
constexpr std::array kUnits = {base::Unit::Bytes,
                               base::Unit::Bits,
                               base::Unit::Gigahertz,
                               base::Unit::Nanoseconds,
                               base::Unit::GigabytesPerSecond,
                               base::Unit::Picojoules,
                               base::Unit::Watts};

/// A number with the unit that it was written in.
struct Quantity {
  double value = 0;
  std::optional<base::Unit> unit;
};

std::optional<Quantity> quantity_of(const std::string& text) {
  if (const auto plain = base::parse_real(text)) return Quantity{*plain, std::nullopt};
  for (const base::Unit unit : kUnits) {
    if (const auto value = base::parse_quantity(text, unit)) return Quantity{*value, unit};
  }
  return std::nullopt;
}

std::string text_of(double value, const std::optional<base::Unit>& unit) {
  return unit ? base::format_quantity(value, *unit) : fmt::format("{:.12g}", value);
}

/// Reads one range; knows how many values it has and where each lies.
class RangeReader {
 public:
  RangeReader(const YamlNode& node, base::Diagnostics& diagnostics)
      : node_(node), diagnostics_(diagnostics) {}

  void read(Axis& axis) {
    refuse_unknown_keys();
    const std::optional<Quantity> from = end("from"), to = end("to");
    if (!from || !to) return;
    if (from->unit != to->unit) return report("from and to: expected the same unit");
    if (!(from->value < to->value)) return report("expected from below to");
    Span span{from->value, to->value, false, is_whole("from") && is_whole("to"), from->unit};
    const YamlNode* log = node_.find("log");
    if (log != nullptr) span.logarithmic = base::as_bool(*log).value_or(false);
    if (node_.find("factor") != nullptr || node_.find("log_steps") != nullptr)
      span.logarithmic = true;
    if (span.logarithmic && span.from <= 0)
      return report("expected from above 0, since the range is logarithmic");
    fill(axis, span);
  }

 private:
  void report(const std::string& message) { base::report(node_, message, diagnostics_); }

  void refuse_unknown_keys() {
    const std::vector<std::string> known = {"from",   "to",        "step", "steps",
                                            "factor", "log_steps", "log"};
    size_t ways = 0;
    for (const base::YamlEntry& entry : node_.entries()) {
      if (std::ranges::count(known, entry.key) == 0) {
        base::report_key(node_, entry, "unknown key" + base::did_you_mean(entry.key, known),
                         diagnostics_);
      }
      ways += entry.key != "from" && entry.key != "to" ? 1 : 0;
    }
    if (ways > 1) report("expected one of step, steps, factor, log_steps and log");
  }

  std::optional<Quantity> end(const char* key) {
    const YamlNode* node = node_.find(key);
    if (node == nullptr) {
      report(fmt::format("missing key '{}'", key));
      return std::nullopt;
    }
    const auto value = node->is_scalar() ? quantity_of(node->scalar()) : std::nullopt;
    if (!value) {
      base::report(*node,
                   "expected a number, with a unit or without, found " + base::describe(*node),
                   diagnostics_);
    }
    return value;
  }

  bool is_whole(const char* key) const {
    return node_.find(key)->scalar().find_first_of(".eE") == std::string::npos;
  }

  /// A positive number under `key`, in the unit of the span where `of_span`.
  std::optional<double> positive(const char* key, const Span& span, bool of_span) {
    const YamlNode* node = node_.find(key);
    if (node == nullptr) return std::nullopt;
    const auto found = node->is_scalar() ? quantity_of(node->scalar()) : std::nullopt;
    const bool unit_fits = found && found->unit == (of_span ? span.unit : std::nullopt);
    if (unit_fits && found->value > 0) return found->value;
    base::report(
        *node,
        "expected a positive number in the unit of the range, found " + base::describe(*node),
        diagnostics_);
    return std::nullopt;
  }

  void fill(Axis& axis, const Span& span) {
    constexpr double kTolerance = 1e-9;  // of rounding, so that `to` itself is not lost
    const double distance = span.to - span.from;
    const double ratio = span.to / span.from;
    if (const auto step = positive("step", span, true))
      return fill_steps(axis, span, distance / *step + kTolerance, *step);
    if (const auto factor = positive("factor", span, false)) {
      if (*factor <= 1) return report("factor: expected more than 1");
      return fill_factors(axis, span, std::log(ratio) / std::log(*factor) + kTolerance, *factor);
    }
    if (const auto values = count("steps", span))
      return fill_steps(axis, span, *values - 1, distance / (*values - 1));
    if (const auto values = count("log_steps", span))
      return fill_factors(axis, span, *values - 1, std::pow(ratio, 1 / (*values - 1)));
    axis.span = span;
  }

  std::optional<double> count(const char* key, const Span& span) {
    const auto values = positive(key, span, false);
    if (!values || (*values >= 2 && *values == std::round(*values))) return values;
    report(fmt::format("{}: expected a whole number from 2 on", key));
    return std::nullopt;
  }

  bool are_too_many(double steps) {
    if (steps < static_cast<double>(kMostValues)) return false;
    report(fmt::format("expected at most {} values", kMostValues));
    return true;
  }

  void fill_steps(Axis& axis, const Span& span, double steps, double step) {
    if (are_too_many(steps)) return;
    const auto last = static_cast<size_t>(steps);
    for (size_t i = 0; i <= last; ++i)
      axis.values.push_back(text_of(span.from + static_cast<double>(i) * step, span.unit));
  }

  /// Factors rarely lead from one whole number to another; counts are meant all the same.
  void fill_factors(Axis& axis, const Span& span, double steps, double factor) {
    if (are_too_many(steps)) return;
    const auto last = static_cast<size_t>(steps);
    for (size_t i = 0; i <= last; ++i) {
      const double value = span.from * std::pow(factor, i);
      const std::string text = text_of(span.whole ? std::round(value) : value, span.unit);
      if (axis.values.empty() || axis.values.back() != text) axis.values.push_back(text);
    }
  }

  const YamlNode& node_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

std::string Span::text_at(double share) const {
  double value = logarithmic ? from * std::pow(to / from, share) : from + share * (to - from);
  if (whole) {
    value = std::round(value);
  } else if (value != 0) {
    // Four digits: finer ones would claim an accuracy that no model has.
    const double unit_of_digit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 3);
    value = std::round(value / unit_of_digit) * unit_of_digit;
  }
  return text_of(value, unit);
}

std::string Axis::text_at(double share) const {
  if (span) return span->text_at(share);
  return values[std::min(values.size() - 1,
                         static_cast<size_t>(share * static_cast<double>(values.size())))];
}

Axis read_axis(const base::YamlEntry& entry, base::Diagnostics& diagnostics) {
  Axis axis;
  axis.name = entry.key;
  axis.where = entry.key_where;
  const YamlNode& node = entry.value;
  if (node.is_map()) {
    RangeReader(node, diagnostics).read(axis);
    return axis;
  }
  const std::vector<YamlNode> items =
      node.is_sequence() ? node.items() : std::vector<YamlNode>{node};
  for (const YamlNode& item : items) {
    if (item.is_scalar() && !item.scalar().empty()) {
      axis.values.push_back(item.scalar());
    } else {
      base::report(item, "expected a value, found " + base::describe(item), diagnostics);
    }
  }
  if (items.empty()) base::report(node, "expected at least one value", diagnostics);
  return axis;
}

std::optional<double> number_of(const std::string& value) {
  const auto quantity = quantity_of(value);
  return quantity ? std::optional(quantity->value) : std::nullopt;
}

}  // namespace weft::cli::sweep
