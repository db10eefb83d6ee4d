// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/quantity.h"
#include "base/schema_value.h"

namespace weft::base {

/// Closed interval of integers; the default is everything.
struct IntegerRange {
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
};

/// Interval of reals, closed but for a lower end that may be open; the default is everything.
struct RealRange {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool above_min = false;

  bool contains(double value) const {
    return (above_min ? value > min : value >= min) && value <= max;
  }
};

/// All numbers greater than `min`; not `min` itself.
constexpr RealRange above(double min) {
  return {min, std::numeric_limits<double>::infinity(), true};
}

/// All numbers from `min` on.
constexpr RealRange at_least(double min) {
  return {min, std::numeric_limits<double>::infinity(), false};
}

/// All numbers from `min` to `max`, both included.
constexpr RealRange within(double min, double max) {
  return {min, max, false};
}

/// The C++ type behind a number.
enum class Storage { Int32, Int64, Double };

/// An integer in a range, held in an int or int64_t.
class IntegerType : public ValueType {
 public:
  IntegerType(IntegerRange range, Storage storage);

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override;

 private:
  IntegerRange range_;
  Storage storage_;
};

/// A number without a unit, held in a double.
class RealType : public ValueType {
 public:
  explicit RealType(RealRange range) : range_(range) {}

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override;

 private:
  RealRange range_;
};

/// A number with a unit, held in the canonical unit. A plain number is accepted where the key names
/// the unit.
class QuantityType : public ValueType {
 public:
  QuantityType(Unit unit, RealRange range, Storage storage, bool plain_allowed);

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override;

 private:
  Unit unit_;
  RealRange range_;
  Storage storage_;
  bool plain_allowed_;
};

/// `true` or `false`, held in a bool.
class BoolType : public ValueType {
 public:
  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override { return "true or false"; }
};

/// Text that is not empty, held in a std::string.
class TextType : public ValueType {
 public:
  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override { return "text"; }
};

/// One of some words, held in an enumeration whose underlying type is int and whose values count
/// the words from 0.
class ChoiceType : public ValueType {
 public:
  explicit ChoiceType(std::vector<std::string> words) : words_(std::move(words)) {}

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override;

 private:
  std::vector<std::string> words_;
};

}  // namespace weft::base
