// SPDX-License-Identifier: Apache-2.0
#include "cli/report/compare_page.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/compare_output.h"
#include "cli/report/bar_chart.h"
#include "cli/report/html.h"
#include "cli/report/sections.h"
#include "cli/text.h"

namespace weft::cli::report {

namespace {

/// The values of a JSON text by their paths ("core.mtc.threads"); nothing where it is empty.
std::map<std::string, std::string> leaves_of(const std::string& text) {
  std::map<std::string, std::string> leaves;
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) return leaves;
  const nlohmann::json flat = document.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    std::string path = pointer.substr(1);
    std::ranges::replace(path, '/', '.');
    leaves[path] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return leaves;
}

/// What two documents say differently, path by path. A document that was not recorded has nothing
/// to say.
void add_changes(Table& table, const char* what, const std::string& base,
                 const std::string& other) {
  std::map<std::string, std::pair<std::string, std::string>> sides;
  for (const auto& [path, value] : leaves_of(base)) sides[path].first = value;
  for (const auto& [path, value] : leaves_of(other)) sides[path].second = value;
  if (base.empty() || other.empty()) return;
  for (const auto& [path, values] : sides) {
    if (values.first == values.second) continue;
    const auto shown = [](const std::string& value) { return value.empty() ? "-" : value; };
    table.add_row({std::string(what), path, shown(values.first), shown(values.second)});
  }
}

std::string configuration_part(const Comparison& pair) {
  Table table({{"of", Align::Left},
               {"value", Align::Left},
               {"base", Align::Left},
               {"compared", Align::Left}});
  add_changes(table, "machine", pair.base.configuration, pair.other.configuration);
  add_changes(table, "mapping", pair.base.mapping, pair.other.mapping);
  if (table.rows().empty())
    return element("p", "class=\"note\"", "Machine and mapping are the same, as far as recorded.");
  return html_table(table, "What differs before the run");
}

/// A figure of a run and how people read it.
struct Figure {
  const char* name;
  double Run::*value;
  std::string (*show)(double);
};

constexpr Figure kFigures[] = {
    {"time", &Run::time_s, show_time},
    {"cycles", &Run::cycles, show_count},
    {"GFLOP/s", &Run::gflops, show_number},
    {"DRAM traffic", &Run::dram_bytes, show_bytes},
    {"DRAM GB/s", &Run::dram_gb_s, show_number},
    {"instructions per cycle", &Run::ipc, show_number},
    {"occupancy", &Run::occupancy_achieved, show_percent},
    {"share of the bound attained", &Run::attained_fraction, show_percent},
    {"energy in J", &Run::energy_total_j, show_number},
    {"largest relative error", &Run::max_rel_error, show_number}};

std::string figure_part(const Comparison& pair) {
  Table table({{"", Align::Left}, {"base"}, {"compared"}, {"change"}});
  for (const Figure& figure : kFigures) {
    const double base = pair.base.*figure.value, other = pair.other.*figure.value;
    if (std::isnan(base) && std::isnan(other)) continue;
    table.add_row({std::string(figure.name), figure.show(base), figure.show(other),
                   show_change(base != 0 ? other / base - 1 : kUndefined)});
  }
  return html_table(table, "What differs in the result");
}

/// The two runs as bars of their times, cut by what the time went to.
std::string time_bars(const Comparison& pair, Difference::Kind kind, const std::string& title) {
  BarChart chart{title, {}, "", {}};
  const auto add = [&](const char* side, const Run& run) {
    Bar bar{fmt::format("{}: {}", side, run.title()), show_time(run.time_s), {}};
    const auto part = [&](const std::string& name, double seconds) {
      if (!(seconds > 0)) return;
      const double begin = bar.segments.empty() ? 0 : bar.segments.back().end;
      bar.segments.push_back({series_of(chart.series, name), begin, begin + seconds});
    };
    if (kind == Difference::Kind::Stall) {
      for (const Share& stall : run.stalls) part(stall.name, stall.fraction * run.time_s);
    } else {
      for (const Phase& phase : run.phases) part(phase.name, phase.end_s - phase.begin_s);
    }
    chart.bars.push_back(std::move(bar));
  };
  add("base", pair.base);
  add("compared", pair.other);
  return draw(chart, show_time);
}

/// What grew to the right, what shrank to the left, the largest change first.
std::string moved_stalls(const Comparison& pair) {
  BarChart chart{"Which stalls moved", {"longer", "shorter"}, "no change", {}};
  for (const Difference& entry : pair.differences) {
    if (entry.kind != Difference::Kind::Stall) continue;
    const double change = entry.change();
    chart.bars.push_back(
        {entry.name,
         show_signed_time(change),
         {{change > 0 ? size_t{0} : size_t{1}, std::min(0.0, change), std::max(0.0, change)}},
         0.0});
  }
  return draw(chart, show_time);
}

std::string speedup_part(const ComparisonReport& report) {
  BarChart chart{"Speedup over the base", {"speedup"}, "base", {}};
  for (const Comparison& pair : report.comparisons) {
    if (!std::isfinite(pair.speedup())) continue;
    const std::string input = pair.other.input.empty() ? "" : ", " + pair.other.input;
    chart.bars.push_back(
        {pair.other.title() + input,
         fmt::format("{}, {}", show_ratio(pair.speedup()), show_change(pair.time_change())),
         {{0, 0.0, pair.speedup()}},
         1.0});
  }
  return draw(chart, show_ratio);
}

std::string pair_part(const Comparison& pair) {
  std::string body = element(
      "h2", "", escape(fmt::format("{} against {}", pair.other.title(), pair.base.title())));
  body += element("p", "class=\"note\"",
                  escape(fmt::format("{}compared {}, base {}",
                                     pair.base.input.empty() ? "" : pair.base.input + ": ",
                                     pair.other_file, pair.base_file)));
  body += configuration_part(pair) + figure_part(pair);
  if (pair.differences.empty()) return body;
  body += time_bars(pair, Difference::Kind::Phase, "Phases, one after the other");
  body += time_bars(pair, Difference::Kind::Stall, "Time by cause") + moved_stalls(pair);
  return body + html_table(differences_table(pair), "Where the time and the bytes differ");
}

std::string list_part(const char* heading, const std::vector<std::string>& sentences) {
  std::string items;
  for (const std::string& sentence : sentences) items += element("li", "", escape(sentence));
  return items.empty() ? items : element("h2", "", heading) + element("ul", "", items);
}

}  // namespace

std::string compare_page(const ComparisonReport& report) {
  std::string body = element("h1", "", "Comparison");
  if (!report.passed()) {
    body += element("p", "class=\"bad\"",
                    fmt::format("Past the tolerance of {} %.", report.tolerance_percent));
  }
  if (!report.comparisons.empty()) body += html_table(times_table(report), "All pairs of runs");
  if (!report.speedups.empty())
    body += html_table(speedups_table(report), "Beside published speedups");
  body += speedup_part(report) + list_part("Notes", report.notes);
  for (const Comparison& pair : report.comparisons) body += pair_part(pair);
  return html_page("Comparison", body + list_part("Not compared", report.unmatched));
}

}  // namespace weft::cli::report
