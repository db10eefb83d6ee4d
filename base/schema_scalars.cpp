// SPDX-License-Identifier: Apache-2.0
#include "base/schema_scalars.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/scalar.h"

namespace weft::base {

namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kNoMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kNoMax = std::numeric_limits<int64_t>::max();

int64_t load_integer(const void* source, Storage storage) {
  return storage == Storage::Int32 ? *static_cast<const int*>(source)
                                   : *static_cast<const int64_t*>(source);
}

void store_integer(void* target, Storage storage, int64_t value) {
  if (storage == Storage::Int32) {
    *static_cast<int*>(target) = static_cast<int>(value);
  } else {
    *static_cast<int64_t*>(target) = value;
  }
}

/// "in [1, 64]", "above 0", "of at least 0", or nothing; `unit` goes behind the numbers.
std::string describe_range(const RealRange& range, std::string_view unit) {
  const std::string behind = unit.empty() ? "" : fmt::format(" {}", unit);
  if (std::isfinite(range.max)) {
    return fmt::format(" in {}{}, {}]{}", range.above_min ? '(' : '[', range.min, range.max,
                       behind);
  }
  if (!std::isfinite(range.min)) return {};
  return fmt::format(" {} {}{}", range.above_min ? "above" : "of at least", range.min, behind);
}

void add_bounds(const RealRange& range, Json& schema) {
  if (std::isfinite(range.min))
    schema[range.above_min ? "exclusiveMinimum" : "minimum"] = range.min;
  if (std::isfinite(range.max)) schema["maximum"] = range.max;
}

/// Whole numbers print without a fraction.
Json number(double value) {
  const bool whole = std::floor(value) == value && std::abs(value) < 9e15;
  return whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

}  // namespace

IntegerType::IntegerType(IntegerRange range, Storage storage) : range_(range), storage_(storage) {
  if (storage != Storage::Int32) return;
  range_.min = std::max<int64_t>(range_.min, std::numeric_limits<int>::min());
  range_.max = std::min<int64_t>(range_.max, std::numeric_limits<int>::max());
}

void IntegerType::read(const YamlNode& node, void* target, const std::string& meaning,
                       Diagnostics& diagnostics) const {
  const auto value = as_integer(node);
  if (value && *value >= range_.min && *value <= range_.max) {
    store_integer(target, storage_, *value);
  } else {
    refuse(node, expectation(), meaning, diagnostics);
  }
}

Json IntegerType::write(const void* source) const {
  return load_integer(source, storage_);
}

Json IntegerType::json_schema() const {
  Json schema{{"type", "integer"}};
  if (range_.min != kNoMin) schema["minimum"] = range_.min;
  if (range_.max != kNoMax) schema["maximum"] = range_.max;
  return schema;
}

std::string IntegerType::expectation() const {
  const bool int_max = storage_ == Storage::Int32 && range_.max == std::numeric_limits<int>::max();
  const bool open_above = range_.max == kNoMax || int_max;
  if (!open_above) return fmt::format("an integer in [{}, {}]", range_.min, range_.max);
  return range_.min == kNoMin ? "an integer" : fmt::format("an integer of at least {}", range_.min);
}

void RealType::read(const YamlNode& node, void* target, const std::string& meaning,
                    Diagnostics& diagnostics) const {
  const auto value = as_real(node);
  if (value && range_.contains(*value)) {
    *static_cast<double*>(target) = *value;
  } else {
    refuse(node, expectation(), meaning, diagnostics);
  }
}

Json RealType::write(const void* source) const {
  return number(*static_cast<const double*>(source));
}

Json RealType::json_schema() const {
  Json schema{{"type", "number"}};
  add_bounds(range_, schema);
  return schema;
}

std::string RealType::expectation() const {
  return "a number" + describe_range(range_, "");
}

QuantityType::QuantityType(Unit unit, RealRange range, Storage storage, bool plain_allowed)
    : unit_(unit), range_(range), storage_(storage), plain_allowed_(plain_allowed) {
  WEFT_CHECK(words_of(unit).whole == (storage == Storage::Int64),
             "whole units are held in int64_t, the others in double");
}

void QuantityType::read(const YamlNode& node, void* target, const std::string& meaning,
                        Diagnostics& diagnostics) const {
  auto value = node.is_scalar() ? parse_quantity(node.scalar(), unit_) : std::nullopt;
  if (!value && plain_allowed_) value = as_real(node);
  const bool whole = storage_ == Storage::Double ||
                     (value && std::floor(*value) == *value && std::abs(*value) < 9e15);
  if (!value || !whole || !range_.contains(*value)) {
    refuse(node, expectation(), meaning, diagnostics);
  } else if (storage_ == Storage::Double) {
    *static_cast<double*>(target) = *value;
  } else {
    store_integer(target, storage_, static_cast<int64_t>(*value));
  }
}

Json QuantityType::write(const void* source) const {
  const double value = storage_ == Storage::Double
                           ? *static_cast<const double*>(source)
                           : static_cast<double>(load_integer(source, storage_));
  return plain_allowed_ ? number(value) : Json(format_quantity(value, unit_));
}

Json QuantityType::json_schema() const {
  Json text{{"type", "string"},
            {"pattern", "^[0-9.]+ ?[A-Za-z/]+$"},
            {"examples", {words_of(unit_).example}}};
  if (!plain_allowed_) return text;
  Json plain{{"type", words_of(unit_).whole ? "integer" : "number"}};
  add_bounds(range_, plain);
  return Json{{"anyOf", Json::array({plain, text})}};
}

std::string QuantityType::expectation() const {
  const UnitWords& words = words_of(unit_);
  // With an upper bound the general example may be out of range; the bound itself never is.
  const std::string example =
      std::isfinite(range_.max) ? format_quantity(range_.max, unit_) : std::string(words.example);
  const std::string plain =
      plain_allowed_ ? fmt::format("{} or ", *parse_quantity(example, unit_)) : std::string();
  return fmt::format("{}{}, such as {}{}", words.kind, describe_range(range_, words.symbol), plain,
                     example);
}

void BoolType::read(const YamlNode& node, void* target, const std::string& meaning,
                    Diagnostics& diagnostics) const {
  if (const auto value = as_bool(node)) {
    *static_cast<bool*>(target) = *value;
  } else {
    refuse(node, expectation(), meaning, diagnostics);
  }
}

Json BoolType::write(const void* source) const {
  return *static_cast<const bool*>(source);
}

Json BoolType::json_schema() const {
  return {{"type", "boolean"}};
}

void TextType::read(const YamlNode& node, void* target, const std::string& meaning,
                    Diagnostics& diagnostics) const {
  if (node.is_scalar() && !node.scalar().empty()) {
    *static_cast<std::string*>(target) = node.scalar();
  } else {
    refuse(node, expectation(), meaning, diagnostics);
  }
}

Json TextType::write(const void* source) const {
  return *static_cast<const std::string*>(source);
}

Json TextType::json_schema() const {
  return {{"type", "string"}, {"minLength", 1}};
}

void ChoiceType::read(const YamlNode& node, void* target, const std::string& meaning,
                      Diagnostics& diagnostics) const {
  const std::string word = node.is_scalar() ? node.scalar() : std::string();
  const auto match = std::find(words_.begin(), words_.end(), word);
  if (match != words_.end()) {
    *static_cast<int*>(target) = static_cast<int>(match - words_.begin());
    return;
  }
  report(node,
         fmt::format("expected {}, found {}{} ({})", expectation(), describe(node),
                     did_you_mean(word, words_), meaning),
         diagnostics);
}

Json ChoiceType::write(const void* source) const {
  return words_.at(static_cast<size_t>(*static_cast<const int*>(source)));
}

Json ChoiceType::json_schema() const {
  return {{"enum", words_}};
}

std::string ChoiceType::expectation() const {
  return words_.size() == 1 ? words_.front() : fmt::format("one of {}", fmt::join(words_, ", "));
}

}  // namespace weft::base
