// SPDX-License-Identifier: Apache-2.0
#include "cli/report/sections.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/report/bar_chart.h"
#include "cli/report/dot_chart.h"
#include "cli/report/html.h"
#include "cli/report/link_map.h"
#include "cli/summary.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

/// Values that are this many times apart do not share a linear axis.
constexpr double kFarApart = 20;

Table traffic(const InputGroup& group) {
  Table table({{"run", Align::Left},
               {"level", Align::Left},
               {"accesses"},
               {"hits"},
               {"traffic"},
               {"GB/s"}});
  for (const Run* run : group.runs) {
    for (const MemoryLevel& level : run->memory) {
      table.add_row({run->title(), level.name, show_count(level.accesses),
                     show_percent(level.hits / level.accesses), show_bytes(level.bytes),
                     show_number(level.gb_s)});
    }
  }
  return table;
}

std::string level_rates(const InputGroup& group) {
  DotChart chart{titled(group, "Bandwidth of every level"), "GB/s", {}, {}};
  for (const Run* run : group.runs) {
    DotRow row{run->title(), {}};
    for (const MemoryLevel& level : run->memory) {
      if (level.gb_s > 0) row.dots.push_back({series_of(chart.series, level.name), level.gb_s});
    }
    if (!row.dots.empty()) chart.rows.push_back(std::move(row));
  }
  return draw(chart, show_number);
}

/// A stacked bar of shares, from zero.
Bar stacked(const std::string& label, const std::string& value, const std::vector<Share>& shares,
            std::vector<std::string>& series) {
  Bar bar{label, value, {}};
  double begin = 0;
  for (const Share& share : shares) {
    if (!(share.fraction > 0)) continue;
    bar.segments.push_back({series_of(series, share.name), begin, begin + share.fraction});
    begin += share.fraction;
  }
  return bar;
}

/// The units of one run; of many the first.
std::string unit_stalls(const Run& run, const std::string& title) {
  constexpr size_t kMostUnits = 16;
  BarChart chart{title, {}, "", {}};
  if (run.units.size() > kMostUnits)
    chart.title += fmt::format(", the first {} of {}", kMostUnits, run.units.size());
  for (const UnitStalls& unit : run.units) {
    if (chart.bars.size() == kMostUnits) break;
    chart.bars.push_back(stacked(unit.name, "", unit.stalls, chart.series));
  }
  return draw(chart, show_percent);
}

}  // namespace

size_t series_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

std::string titled(const InputGroup& group, const std::string& title) {
  return group.input.empty() ? title : fmt::format("{}, {}", title, group.input);
}

std::string speedup_section(const std::vector<Run>& all, const InputGroup& group) {
  const bool native = std::any_of(group.runs.begin(), group.runs.end(),
                                  [&](const Run* run) { return native_of(all, *run) != nullptr; });
  BarChart chart{
      titled(group, native ? "Speedup over the native run" : "Speedup over the first run"),
      {"speedup"},
      native ? "native" : "first",
      {}};
  double least = 1, most = 1;
  for (const Run* run : group.runs) {
    const double speedup = speedup_over(native ? native_of(all, *run) : first_of(all, *run), *run);
    if (!std::isfinite(speedup)) continue;
    const std::string value = fmt::format("{}, {}", show_ratio(speedup), show_time(run->time_s));
    chart.bars.push_back({run->title(), value, {{0, 0.0, speedup}}, 1.0});
    least = std::min(least, speedup);
    most = std::max(most, speedup);
  }
  if (chart.bars.size() < 2) return {};
  chart.logarithmic = most / least > kFarApart;
  if (chart.logarithmic) {
    chart.axis_name = "times as fast";
    for (Bar& bar : chart.bars) {
      const double speedup = bar.segments[0].end;
      bar.segments[0] = {0, std::min(1.0, speedup), std::max(1.0, speedup), speedup};
    }
  }
  return draw(chart, show_ratio);
}

std::string memory_section(const InputGroup& group) {
  BarChart chart{titled(group, "DRAM bandwidth, of the peak"), {"achieved"}, "", {}};
  chart.full = 1;
  for (const Run* run : group.runs) {
    if (std::isnan(run->dram_utilisation)) continue;
    const std::string value =
        fmt::format("{} of {} GB/s, {}", show_number(run->dram_gb_s),
                    show_number(run->dram_peak_gb_s), show_percent(run->dram_utilisation));
    chart.bars.push_back({run->title(), value, {{0, 0.0, run->dram_utilisation}}});
  }
  const Table table = traffic(group);
  const std::string caption = titled(group, "Traffic by memory level");
  return draw(chart, show_percent) + level_rates(group) +
         (table.rows().empty() ? std::string{} : html_table(table, caption));
}

std::string stall_section(const InputGroup& group) {
  BarChart chart{titled(group, "Where the cycles went"), {}, "", {}};
  std::string units;
  for (const Run* run : group.runs) {
    if (run->stalls.empty()) continue;
    chart.bars.push_back(stacked(run->title(), show_time(run->time_s), run->stalls, chart.series));
    const std::string title = "By unit, " + run->title();
    if (!run->units.empty()) units += folded(title, unit_stalls(*run, titled(group, title)));
  }
  return draw(chart, show_percent) + units;
}

std::string network_section(const InputGroup& group) {
  std::string out;
  for (const Run* run : group.runs)
    out += draw_links(*run, titled(group, "Links, " + run->title()));
  return out;
}

std::string phase_section(const InputGroup& group) {
  double shortest_s = HUGE_VAL, longest_s = 0;
  for (const Run* run : group.runs) {
    if (run->phases.empty()) continue;
    shortest_s = std::min(shortest_s, run->time_s);
    longest_s = std::max(longest_s, run->time_s);
  }
  const bool shares = longest_s > kFarApart * shortest_s;
  BarChart chart{
      titled(group, shares ? "Phases, as shares of each run" : "Phases in time"), {}, "", {}};
  if (shares) chart.full = 1;
  for (const Run* run : group.runs) {
    Bar bar{run->title(), show_time(run->time_s), {}};
    const double unit_s = shares ? run->time_s : 1;
    for (const Phase& phase : run->phases) {
      bar.segments.push_back({series_of(chart.series, phase.name), phase.begin_s / unit_s,
                              phase.end_s / unit_s, phase.end_s - phase.begin_s});
    }
    if (!bar.segments.empty()) chart.bars.push_back(std::move(bar));
  }
  return draw(chart, show_time);
}

std::string occupancy_section(const InputGroup& group) {
  BarChart chart{titled(group, "Occupancy and its limiter"), {"achieved"}, "theoretical", {}};
  chart.full = 1;
  for (const Run* run : group.runs) {
    if (std::isnan(run->occupancy_achieved)) continue;
    std::string value = show_percent(run->occupancy_achieved);
    if (!run->occupancy_limiter.empty()) value += ", " + run->occupancy_limiter;
    chart.bars.push_back(
        {run->title(), value, {{0, 0.0, run->occupancy_achieved}}, run->occupancy_theoretical});
  }
  return draw(chart, show_percent);
}

}  // namespace weft::cli::report
