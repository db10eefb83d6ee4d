// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::base {

namespace {

/// A spelling and what it is worth in the canonical unit. Factors below one are given as divisors,
/// which are exact.
struct Spelling {
  std::string_view symbol;
  double factor;
  double divisor = 1;
};

constexpr double kKibi = 1024;
constexpr double kMebi = kKibi * kKibi;
constexpr double kGibi = kMebi * kKibi;
constexpr double kTebi = kGibi * kKibi;

constexpr std::array kByteSpellings = {
    Spelling{"B", 1},       Spelling{"KiB", kKibi}, Spelling{"MiB", kMebi},
    Spelling{"GiB", kGibi}, Spelling{"TiB", kTebi}, Spelling{"kB", 1e3},
    Spelling{"MB", 1e6},    Spelling{"GB", 1e9},    Spelling{"TB", 1e12},
};
constexpr std::array kBitSpellings = {
    Spelling{"b", 1},    Spelling{"Kib", kKibi}, Spelling{"Mib", kMebi},
    Spelling{"kb", 1e3}, Spelling{"Mb", 1e6},
};
constexpr std::array kFrequencySpellings = {
    Spelling{"GHz", 1},
    Spelling{"MHz", 1, 1e3},
    Spelling{"kHz", 1, 1e6},
    Spelling{"Hz", 1, 1e9},
};
constexpr std::array kTimeSpellings = {
    Spelling{"ns", 1},   Spelling{"ps", 1, 1e3}, Spelling{"us", 1e3},
    Spelling{"ms", 1e6}, Spelling{"s", 1e9},
};
constexpr std::array kBandwidthSpellings = {
    Spelling{"GB/s", 1},           Spelling{"MB/s", 1, 1e3},      Spelling{"kB/s", 1, 1e6},
    Spelling{"TB/s", 1e3},         Spelling{"GiB/s", kGibi, 1e9}, Spelling{"MiB/s", kMebi, 1e9},
    Spelling{"TiB/s", kTebi, 1e9}, Spelling{"B/s", 1, 1e9},
};
constexpr std::array kEnergySpellings = {
    Spelling{"pJ", 1},   Spelling{"fJ", 1, 1e3}, Spelling{"nJ", 1e3},
    Spelling{"uJ", 1e6}, Spelling{"mJ", 1e9},    Spelling{"J", 1e12},
};
constexpr std::array kPowerSpellings = {
    Spelling{"W", 1},
    Spelling{"mW", 1, 1e3},
    Spelling{"kW", 1e3},
};

std::span<const Spelling> spellings_of(Unit unit) {
  switch (unit) {
    case Unit::Bytes:
      return kByteSpellings;
    case Unit::Bits:
      return kBitSpellings;
    case Unit::Gigahertz:
      return kFrequencySpellings;
    case Unit::Nanoseconds:
      return kTimeSpellings;
    case Unit::GigabytesPerSecond:
      return kBandwidthSpellings;
    case Unit::Picojoules:
      return kEnergySpellings;
    case Unit::Watts:
      return kPowerSpellings;
  }
  internal_failure(__FILE__, __LINE__, "unit without spellings");
}

constexpr double kMaxWhole = 9007199254740992.0;  // 2^53: beyond it a double skips integers

}  // namespace

const UnitWords& words_of(Unit unit) {
  static constexpr std::array kWords = {
      UnitWords{"a size", "B", "bytes", "64KiB", true},
      UnitWords{"a width", "b", "bits", "32b", true},
      UnitWords{"a frequency", "GHz", "ghz", "1.98GHz", false},
      UnitWords{"a time", "ns", "ns", "90ns", false},
      UnitWords{"a bandwidth", "GB/s", "gb_s", "5.7GB/s", false},
      UnitWords{"an energy", "pJ", "pj", "12pJ", false},
      UnitWords{"a power", "W", "w", "75W", false},
  };
  return kWords.at(static_cast<size_t>(unit));
}

std::optional<double> parse_quantity(std::string_view text, Unit unit) {
  const bool is_number =
      !text.empty() && text.find_first_of("0123456789") <= text.find_first_not_of("+-.");
  double value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!is_number || problem != std::errc{}) return std::nullopt;
  std::string_view symbol = text.substr(static_cast<size_t>(stop - text.data()));
  if (symbol.starts_with(' ')) symbol.remove_prefix(1);
  for (const Spelling& spelling : spellings_of(unit)) {
    if (spelling.symbol != symbol) continue;
    const double scaled = value * spelling.factor / spelling.divisor;
    const bool whole = std::floor(scaled) == scaled && std::abs(scaled) <= kMaxWhole;
    if (words_of(unit).whole && !whole) return std::nullopt;
    return scaled;
  }
  return std::nullopt;
}

std::string format_quantity(double value, Unit unit) {
  const auto spellings = spellings_of(unit);
  const Spelling* best = &spellings.front();
  if (unit == Unit::Bytes && value != 0) {
    for (const Spelling& spelling : spellings.subspan(1, 4)) {
      if (std::fmod(value, spelling.factor) == 0) best = &spelling;
    }
  }
  return fmt::format("{}{}", value / best->factor, best->symbol);
}

std::string format_bytes(int64_t bytes) {
  return format_quantity(static_cast<double>(bytes), Unit::Bytes);
}

bool key_names_unit(std::string_view key, Unit unit) {
  const std::string_view suffix = words_of(unit).suffix;
  for (size_t at = key.find(suffix); at != std::string_view::npos; at = key.find(suffix, at + 1)) {
    const size_t end = at + suffix.size();
    const bool starts_word = at == 0 || key[at - 1] == '_';
    const bool ends_word = end == key.size() || key[end] == '_';
    if (starts_word && ends_word) return true;
  }
  return false;
}

}  // namespace weft::base
