// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::base {

/// The units in which Weft keeps physical values. Every value of a kind is held in this one unit,
/// and the names of members and keys say it.
enum class Unit { Bytes, Bits, Gigahertz, Nanoseconds, GigabytesPerSecond, Picojoules, Watts };

/// How a unit is named and spelt.
struct UnitWords {
  std::string_view kind;     ///< "a frequency"
  std::string_view symbol;   ///< "GHz"
  std::string_view suffix;   ///< "ghz": the word by which a key names the unit
  std::string_view example;  ///< "1.98GHz"
  bool whole;                ///< only whole numbers of the unit exist
};

/// How a unit is spoken of in documents and messages.
const UnitWords& words_of(Unit unit);

/// The value of "64KiB", "5.7 GB/s", "90ns" in `unit`; nothing where the text has no unit, a unit
/// of another kind, or a value that a double cannot hold exactly where only whole numbers exist.
/// Binary prefixes (Ki Mi Gi Ti) and decimal ones (k M G T) are told apart, and "MB" is 10^6 bytes.
std::optional<double> parse_quantity(std::string_view text, Unit unit);

/// The shortest text that parse_quantity reads back as `value`: "64KiB", "1.98GHz".
std::string format_quantity(double value, Unit unit);

/// A number of bytes likewise: "64KiB".
std::string format_bytes(int64_t bytes);

/// Whether `key` itself says the unit ("bytes", "clock_ghz", "gb_s_per_core"), so that a plain
/// number is clear.
bool key_names_unit(std::string_view key, Unit unit);

}  // namespace weft::base
