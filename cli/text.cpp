// SPDX-License-Identifier: Apache-2.0
#include "cli/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>

namespace weft::cli {

namespace {

constexpr std::string_view kNoNumber = "-";

struct Prefix {
  double factor;
  std::string_view unit;
};

/// Three significant digits without an exponent; only for magnitudes that a prefix has brought near
/// one.
std::string three_digits(double value) {
  const double magnitude = std::abs(value);
  const int decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}", value, decimals);
}

/// With the largest prefix that leaves at least one unit; `prefixes` descend.
std::string with_prefix(double value, std::span<const Prefix> prefixes) {
  if (std::isnan(value)) return std::string(kNoNumber);
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const auto fits = [&](const Prefix& prefix) { return std::abs(value) >= 0.9995 * prefix.factor; };
  const auto found = std::find_if(prefixes.begin(), prefixes.end(), fits);
  const Prefix& prefix = found == prefixes.end() ? prefixes.back() : *found;
  const bool whole = value == 0 || (prefix.factor == 1.0 && value == std::round(value));
  const std::string digits =
      whole ? fmt::format("{:.0f}", value) : three_digits(value / prefix.factor);
  return prefix.unit.empty() ? digits : fmt::format("{} {}", digits, prefix.unit);
}

constexpr std::array kTimes = {Prefix{1.0, "s"}, Prefix{1e-3, "ms"}, Prefix{1e-6, "us"},
                               Prefix{1e-9, "ns"}};
constexpr std::array kBytes = {Prefix{0x1p40, "TiB"}, Prefix{0x1p30, "GiB"}, Prefix{0x1p20, "MiB"},
                               Prefix{0x1p10, "KiB"}, Prefix{1.0, "B"}};
constexpr std::array kCounts = {Prefix{1e12, "T"}, Prefix{1e9, "G"}, Prefix{1e6, "M"},
                                Prefix{1e3, "k"}, Prefix{1.0, ""}};

}  // namespace

std::string show_time(double seconds) {
  return with_prefix(seconds, kTimes);
}
std::string show_bytes(double bytes) {
  return with_prefix(bytes, kBytes);
}
std::string show_count(double count) {
  return with_prefix(count, kCounts);
}

std::string show_number(double value) {
  if (std::isnan(value)) return std::string(kNoNumber);
  const double size = std::abs(value);
  if (size < 999.5 || size >= 1e6) return fmt::format("{:.3g}", value);
  const double step = std::pow(10.0, std::floor(std::log10(size)) - 2);
  return fmt::format("{:.0f}", std::round(value / step) * step);
}

std::string show_ratio(double ratio) {
  if (std::isnan(ratio) || std::isinf(ratio)) return std::string(kNoNumber);
  return ratio < 0.1 ? fmt::format("{:.3g}x", ratio) : three_digits(ratio) + "x";
}

std::string show_percent(double fraction) {
  if (std::isnan(fraction)) return std::string(kNoNumber);
  return fmt::format("{:.1f} %", 100.0 * fraction);
}

std::string show_change(double fraction) {
  if (std::isnan(fraction) || std::isinf(fraction)) return std::string(kNoNumber);
  return fmt::format("{:+.1f} %", 100.0 * fraction);
}

std::string show_signed_time(double seconds) {
  const std::string text = show_time(seconds);
  return seconds > 0 ? "+" + text : text;
}

size_t display_width(std::string_view text) {
  const auto begins_code_point = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_code_point));
}

}  // namespace weft::cli
