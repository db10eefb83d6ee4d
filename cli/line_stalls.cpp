// SPDX-License-Identifier: Apache-2.0
#include "cli/line_stalls.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/text.h"

namespace weft::cli {

namespace {

void add_share(std::vector<Share>& shares, const std::string& name, double fraction) {
  auto found = std::ranges::find(shares, name, &Share::name);
  if (found == shares.end()) found = shares.insert(found, {name, 0});
  found->fraction += fraction;
}

double cycles_or_none(const SourceLine& entry) {
  return std::isnan(entry.cycles) ? 0 : entry.cycles;
}

}  // namespace

std::vector<LineStalls> stalls_by_line(const std::vector<SourceLine>& entries) {
  double all = 0;
  for (const SourceLine& entry : entries) all += cycles_or_none(entry);
  std::vector<LineStalls> lines;
  for (const SourceLine& entry : entries) {
    const double fraction = cycles_or_none(entry) / all;
    if (!(fraction > 0)) continue;
    auto line = std::ranges::find(lines, entry.place(), &LineStalls::place);
    if (line == lines.end()) line = lines.insert(line, {entry.place(), entry.statement, 0, {}});
    line->fraction += fraction;
    for (const Share& stall : entry.stalls)
      add_share(line->stalls, stall.name, stall.fraction * fraction);
  }
  std::ranges::stable_sort(lines, std::greater{}, &LineStalls::fraction);
  for (LineStalls& line : lines)
    std::ranges::stable_sort(line.stalls, std::greater{}, &Share::fraction);
  return lines;
}

std::string dearest_lines(const std::vector<SourceLine>& entries) {
  constexpr size_t kLines = 3;
  constexpr size_t kCauses = 2;
  std::vector<std::string> lines;
  for (const LineStalls& line : stalls_by_line(entries)) {
    if (lines.size() == kLines || line.stalls.empty()) break;
    std::vector<std::string> causes;
    for (const Share& stall : line.stalls) {
      if (causes.size() < kCauses)
        causes.push_back(fmt::format("{} {}", stall.name, show_percent(stall.fraction)));
    }
    lines.push_back(fmt::format("{} {} ({})", line.place, show_percent(line.fraction),
                                fmt::join(causes, ", ")));
  }
  return fmt::format("{}", fmt::join(lines, ", "));
}

}  // namespace weft::cli
