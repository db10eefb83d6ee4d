// SPDX-License-Identifier: Apache-2.0
#include "cli/report/sections.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/summary.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

/// The index of a name in `names`, added where it is new.
size_t series_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

std::string titled(const InputGroup& group, const char* title) {
  return group.input.empty() ? title : fmt::format("{}, {}", title, group.input);
}

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

}  // namespace

std::string speedup_section(const std::vector<Run>& all, const InputGroup& group) {
  const bool native = std::any_of(group.runs.begin(), group.runs.end(),
                                  [&](const Run* run) { return native_of(all, *run) != nullptr; });
  BarChart chart{
      titled(group, native ? "Speedup over the native run" : "Speedup over the first run"),
      {"speedup"},
      native ? "native" : "first",
      {}};
  for (const Run* run : group.runs) {
    const double speedup = speedup_over(native ? native_of(all, *run) : first_of(all, *run), *run);
    if (!std::isfinite(speedup)) continue;
    const std::string value = fmt::format("{}, {}", show_ratio(speedup), show_time(run->time_s));
    chart.bars.push_back({run->title(), value, {{0, 0.0, speedup}}, 1.0});
  }
  return draw(chart, show_ratio);
}

std::string memory_section(const InputGroup& group) {
  BarChart chart{titled(group, "DRAM bandwidth in GB/s"), {"achieved"}, "peak", {}};
  for (const Run* run : group.runs) {
    if (std::isnan(run->dram_gb_s)) continue;
    const std::string value = fmt::format("{} GB/s, {} of the peak", show_number(run->dram_gb_s),
                                          show_percent(run->dram_utilisation));
    chart.bars.push_back({run->title(), value, {{0, 0.0, run->dram_gb_s}}, run->dram_peak_gb_s});
  }
  const Table table = traffic(group);
  const std::string caption = titled(group, "Traffic by memory level");
  return draw(chart, show_number) +
         (table.rows().empty() ? std::string{} : html_table(table, caption));
}

std::string stall_section(const InputGroup& group) {
  BarChart chart{titled(group, "Where the cycles went"), {}, "", {}};
  for (const Run* run : group.runs) {
    Bar bar{run->title(), show_time(run->time_s), {}};
    double begin = 0;
    for (const Share& share : run->stalls) {
      bar.segments.push_back({series_of(chart.series, share.name), begin, begin + share.fraction});
      begin += share.fraction;
    }
    if (!bar.segments.empty()) chart.bars.push_back(std::move(bar));
  }
  return draw(chart, show_percent);
}

std::string phase_section(const InputGroup& group) {
  BarChart chart{titled(group, "Phases in time"), {}, "", {}};
  for (const Run* run : group.runs) {
    Bar bar{run->title(), show_time(run->time_s), {}};
    for (const Phase& phase : run->phases) {
      bar.segments.push_back({series_of(chart.series, phase.name), phase.begin_s, phase.end_s});
    }
    if (!bar.segments.empty()) chart.bars.push_back(std::move(bar));
  }
  return draw(chart, show_time);
}

std::string occupancy_section(const InputGroup& group) {
  BarChart chart{titled(group, "Occupancy"), {"achieved"}, "theoretical", {}};
  for (const Run* run : group.runs) {
    if (std::isnan(run->occupancy_achieved)) continue;
    std::string value = show_percent(run->occupancy_achieved);
    if (!run->occupancy_limiter.empty()) value += ", limited by " + run->occupancy_limiter;
    chart.bars.push_back(
        {run->title(), value, {{0, 0.0, run->occupancy_achieved}}, run->occupancy_theoretical});
  }
  return draw(chart, show_percent);
}

std::string source_section(const InputGroup& group) {
  std::string out;
  for (const Run* run : group.runs) {
    if (run->by_source.empty()) continue;
    std::vector<SourceLine> lines = run->by_source;
    const auto cost = [](const SourceLine& line) {
      return std::isnan(line.cycles) ? 0.0 : line.cycles;
    };
    std::stable_sort(lines.begin(), lines.end(),
                     [&](const SourceLine& a, const SourceLine& b) { return cost(a) > cost(b); });
    const double all =
        std::accumulate(lines.begin(), lines.end(), 0.0,
                        [&](double sum, const SourceLine& line) { return sum + cost(line); });
    Table table({{"line", Align::Left},
                 {"statement", Align::Left},
                 {"tensor", Align::Left},
                 {"traffic"},
                 {"cycles"},
                 {"share"}});
    for (const SourceLine& line : lines) {
      table.add_row({line.place(), line.statement, line.tensor.empty() ? "-" : line.tensor,
                     show_bytes(line.bytes), show_count(line.cycles),
                     show_percent(line.cycles / all)});
    }
    out += folded(titled(group, run->title().c_str()),
                  html_table(table, "Cost by statement, over all threads"));
  }
  return out;
}

}  // namespace weft::cli::report
