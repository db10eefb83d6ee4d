// SPDX-License-Identifier: Apache-2.0
#include "cli/compare_output.h"

#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using Kind = Difference::Kind;

// More lines than this of one kind hide what matters; the JSON document has them all.
constexpr int kShownPerKind = 5;

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::Phase:
      return "phase";
    case Kind::Stall:
      return "stall";
    case Kind::Source:
      return "source";
    case Kind::Memory:
      return "memory";
  }
  return "";
}

std::string input_of(const Run& run) {
  return run.input.empty() ? "-" : run.input;
}

const char* name_of(Run::Origin origin) {
  switch (origin) {
    case Run::Origin::Simulated:
      return "simulated";
    case Run::Origin::Native:
      return "native";
    case Run::Origin::Published:
      return "published";
  }
  return "";
}

Json speedup_json(const SpeedupCheck& check, const ComparisonReport& report) {
  return {{"file", check.file},
          {"name", check.published.name},
          {"measures", check.published.measures},
          {"measured_on", check.published.machine},
          {"input", check.base.input},
          {"machine", check.base.label},
          {"base", check.base.kernel},
          {"other", check.other.kernel},
          {"speedup", number_or_null(check.speedup())},
          {"published", number_or_null(check.published.speedup)},
          {"error_percent", number_or_null(100.0 * check.change())},
          {"within_tolerance", report.within(check.change())}};
}

Json side_json(const Run& run, const std::string& file) {
  return {{"file", file},
          {"kind", name_of(run.origin)},
          {"kernel", run.kernel},
          {"machine", run.label},
          {"time_s", number_or_null(run.time_s)},
          {"gflops", number_or_null(run.gflops)},
          {"max_rel_error", number_or_null(run.max_rel_error)}};
}

}  // namespace

Table times_table(const ComparisonReport& report) {
  Table table({{"input", Align::Left},
               {"base", Align::Left},
               {"compared", Align::Left},
               {"base time"},
               {"time"},
               {"speedup"},
               {"change"}});
  for (const Comparison& pair : report.comparisons) {
    const Emphasis emphasis = report.within(pair.time_change()) ? Emphasis::None : Emphasis::Bad;
    table.add_row({input_of(pair.base), pair.base.title(), pair.other.title(),
                   show_time(pair.base.time_s), show_time(pair.other.time_s),
                   show_ratio(pair.speedup()),
                   Table::Cell(show_change(pair.time_change()), emphasis)});
  }
  return table;
}

Table differences_table(const Comparison& pair) {
  Table table({{"where", Align::Left}, {"name", Align::Left}, {"base"}, {"compared"}, {"change"}});
  std::map<Kind, int> shown;
  for (const Difference& entry : pair.differences) {
    if (++shown[entry.kind] > kShownPerKind) continue;
    const bool bytes = entry.kind == Kind::Memory;
    const auto show = [&](double value) { return bytes ? show_bytes(value) : show_time(value); };
    const std::string change =
        bytes ? show_change(entry.change() / entry.base) : show_signed_time(entry.change());
    table.add_row({std::string(name_of(entry.kind)), entry.name, show(entry.base),
                   show(entry.other), change});
  }
  return table;
}

Table speedups_table(const ComparisonReport& report) {
  Table table({{"published", Align::Left},
               {"input", Align::Left},
               {"base", Align::Left},
               {"compared", Align::Left},
               {"speedup"},
               {"published"},
               {"error"},
               {"on", Align::Left}});
  for (const SpeedupCheck& check : report.speedups) {
    const Emphasis emphasis = report.within(check.change()) ? Emphasis::None : Emphasis::Bad;
    table.add_row({check.published.name, input_of(check.base), check.base.title(),
                   check.other.title(), show_ratio(check.speedup()),
                   show_ratio(check.published.speedup),
                   Table::Cell(show_change(check.change()), emphasis), check.published.machine});
  }
  return table;
}

std::string comparison_text(const ComparisonReport& report, bool colour) {
  std::string out;
  if (!report.comparisons.empty()) out += times_table(report).str(colour);
  if (!report.speedups.empty()) {
    if (!out.empty()) out += '\n';
    out += speedups_table(report).str(colour);
  }
  for (const Comparison& pair : report.comparisons) {
    const Table table = differences_table(pair);
    if (table.rows().empty()) continue;
    out += fmt::format("\nWhere {} ({}) differs from {} ({}):\n{}", pair.other.title(),
                       pair.other_file, pair.base.title(), pair.base_file, table.str(colour));
  }
  for (const std::string& note : report.notes) out += fmt::format("\nnote: {}", note);
  if (!report.notes.empty()) out += '\n';
  for (const std::string& sentence : report.unmatched)
    out += fmt::format("\nnot compared: {}", sentence);
  if (!report.unmatched.empty()) out += '\n';
  if (!report.passed())
    out += fmt::format("\nPast the tolerance of {} %.\n", report.tolerance_percent);
  return out;
}

Json comparison_json(const ComparisonReport& report) {
  Json pairs = Json::array();
  for (const Comparison& pair : report.comparisons) {
    Json entries = Json::array();
    for (const Difference& entry : pair.differences) {
      entries.push_back({{"where", name_of(entry.kind)},
                         {"name", entry.name},
                         {"base", entry.base},
                         {"other", entry.other},
                         {"unit", entry.kind == Kind::Memory ? "B" : "s"}});
    }
    pairs.push_back({{"input", pair.base.input},
                     {"base", side_json(pair.base, pair.base_file)},
                     {"other", side_json(pair.other, pair.other_file)},
                     {"speedup", number_or_null(pair.speedup())},
                     {"time_change_percent", number_or_null(100.0 * pair.time_change())},
                     {"within_tolerance", report.within(pair.time_change())},
                     {"differences", std::move(entries)}});
  }
  Json speedups = Json::array();
  for (const SpeedupCheck& check : report.speedups) speedups.push_back(speedup_json(check, report));
  return {{"schema", "weft.comparison/1"},
          {"tolerance_percent", number_or_null(report.tolerance_percent)},
          {"passed", report.passed()},
          {"comparisons", std::move(pairs)},
          {"speedups", std::move(speedups)},
          {"notes", report.notes},
          {"unmatched", report.unmatched}};
}

}  // namespace weft::cli
