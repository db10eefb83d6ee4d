// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cli/line_stalls.h"
#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/report/loop_picture.h"
#include "cli/report/sections.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

constexpr size_t kMostLines = 16;  // of the chart; the table has all

double cost(const SourceLine& line) {
  return std::isnan(line.cycles) ? 0.0 : line.cycles;
}

std::vector<SourceLine> dearest_first(std::vector<SourceLine> lines) {
  std::ranges::stable_sort(lines, std::greater{}, cost);
  return lines;
}

/// What a line spent cycles on: the step and the tensor, whichever are known.
std::string purpose(const SourceLine& line) {
  if (line.what.empty()) return line.tensor.empty() ? "itself" : line.tensor;
  return line.tensor.empty() ? line.what : fmt::format("{} {}", line.what, line.tensor);
}

/// A stacked bar for each line of the documents: its cycles by what they were spent on.
std::string line_chart(const std::vector<SourceLine>& lines, double all, const std::string& title) {
  BarChart chart{title, {}, "", {}};
  for (const SourceLine& line : lines) {
    if (!(cost(line) > 0)) continue;
    const std::string label = fmt::format("{} {}", line.place(), line.statement);
    auto bar = std::ranges::find(chart.bars, label, &Bar::label);
    if (bar == chart.bars.end()) {
      if (chart.bars.size() == kMostLines) continue;
      bar = chart.bars.insert(bar, {label, "", {}});
    }
    const double begin = bar->segments.empty() ? 0 : bar->segments.back().end;
    bar->segments.push_back(
        {series_of(chart.series, purpose(line)), begin, begin + cost(line) / all});
  }
  for (Bar& bar : chart.bars) bar.value = show_percent(bar.segments.back().end);
  return draw(chart, show_percent);
}

/// A stacked bar for each line of the documents: its cycles by cause.
std::string stall_chart(const std::vector<SourceLine>& entries, const std::string& title) {
  BarChart chart{title, {}, "", {}};
  for (const LineStalls& line : stalls_by_line(entries)) {
    if (chart.bars.size() == kMostLines || line.stalls.empty()) break;
    Bar bar{fmt::format("{} {}", line.place, line.statement), show_percent(line.fraction), {}};
    double begin = 0;
    for (const Share& stall : line.stalls) {
      bar.segments.push_back({series_of(chart.series, stall.name), begin, begin + stall.fraction});
      begin += stall.fraction;
    }
    chart.bars.push_back(std::move(bar));
  }
  return draw(chart, show_percent);
}

/// The causes of an entry's cycles, the longest first.
std::string main_stalls(const SourceLine& entry) {
  constexpr size_t kMost = 2;
  std::vector<Share> stalls = entry.stalls;
  std::ranges::stable_sort(stalls, std::greater{}, &Share::fraction);
  std::string out;
  for (size_t i = 0; i < std::min(kMost, stalls.size()); ++i)
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", stalls[i].name,
                       show_percent(stalls[i].fraction));
  return out.empty() ? "-" : out;
}

Table line_table(const std::vector<SourceLine>& lines, double all) {
  Table table({{"line", Align::Left},
               {"statement", Align::Left},
               {"step", Align::Left},
               {"tensor", Align::Left},
               {"traffic"},
               {"cycles"},
               {"share"},
               {"spent on", Align::Left}});
  for (const SourceLine& line : lines) {
    table.add_row({line.place(), line.statement, line.what.empty() ? "-" : line.what,
                   line.tensor.empty() ? "-" : line.tensor, show_bytes(line.bytes),
                   show_count(line.cycles), show_percent(line.cycles / all), main_stalls(line)});
  }
  return table;
}

}  // namespace

std::string source_section(const InputGroup& group) {
  std::string out;
  for (const Run* run : group.runs) {
    if (run->by_source.empty()) continue;
    const std::vector<SourceLine> lines = dearest_first(run->by_source);
    const double all =
        std::accumulate(lines.begin(), lines.end(), 0.0,
                        [](double sum, const SourceLine& line) { return sum + cost(line); });
    const std::string title = titled(group, run->title());
    out += folded(title,
                  line_chart(lines, all, "Cycles by line and step, " + title) +
                      stall_chart(lines, "Cycles by line and cause, " + title) +
                      html_table(line_table(lines, all), "Cost by statement, over all threads"));
  }
  return out;
}

std::string mapping_section(const InputGroup& group) {
  std::string out;
  for (const Run* run : group.runs) {
    const std::string loops = run->mapping.empty() ? std::string{} : draw_loops(run->mapping);
    if (!loops.empty()) out += folded(titled(group, run->title()), loops);
  }
  return out;
}

}  // namespace weft::cli::report
