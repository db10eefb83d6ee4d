// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_validation.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text_file.h"
#include "sim/memory/load_test.h"

namespace weft::sim {

namespace {

constexpr int64_t kDefaultRequests = 30000;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A line of the table with its columns by name; collects what is wrong with them.
class TableLine {
 public:
  TableLine(const std::map<std::string, size_t>& columns, std::string_view line,
            base::Location where, base::Diagnostics& diagnostics)
      : columns_(columns),
        cells_(split(line, ',')),
        where_(std::move(where)),
        diagnostics_(diagnostics) {}

  std::string text(const std::string& column) const {
    const auto found = columns_.find(column);
    return found != columns_.end() && found->second < cells_.size()
               ? std::string(cells_[found->second])
               : std::string();
  }

  double number(const std::string& column) const {
    const std::string cell = text(column);
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
      diagnostics_.error(where_, fmt::format("{}: expected a number, found '{}'", column, cell));
    }
    return value;
  }

  template <typename Value>
  Value choice(const std::string& column, const std::map<std::string, Value>& words) const {
    const std::string cell = text(column);
    const auto found = words.find(cell);
    if (found != words.end()) return found->second;
    std::vector<std::string> known;
    known.reserve(words.size());
    for (const auto& [word, value] : words) known.push_back(word);
    diagnostics_.error(
        where_, fmt::format("{}: expected one of {}, found '{}'{}", column, fmt::join(known, ", "),
                            cell, base::did_you_mean(cell, known)));
    return {};
  }

  bool has(const std::string& column) const { return columns_.contains(column); }
  const base::Location& where() const { return where_; }
  base::Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  const std::map<std::string, size_t>& columns_;
  std::vector<std::string_view> cells_;
  base::Location where_;
  base::Diagnostics& diagnostics_;
};

std::map<std::string, size_t> read_header(std::string_view line, const std::string& file,
                                          base::Diagnostics& diagnostics) {
  std::map<std::string, size_t> columns;
  for (const std::string_view name : split(line, ','))
    columns.emplace(std::string(name), columns.size());
  for (const char* name :
       {"standard", "addr_mapper", "scheduler", "refresh", "row_policy", "pattern",
        "offered_frac_of_peak", "channels", "achieved_GBps", "avg_read_latency_ns"}) {
    if (!columns.contains(name))
      diagnostics.error({file, 1, 1}, fmt::format("missing column '{}'", name));
  }
  return columns;
}

/// The load test that a line asks for.
LoadTest read_test(const TableLine& line, const DramValidationOptions& options) {
  LoadTest test;
  try {
    test.config = load_dram_preset(line.text("standard"), options.presets);
  } catch (const base::UserError& error) {
    line.diagnostics().error(line.where(), fmt::format("standard: {}", error.what()));
  }
  DramController& controller = test.config.controller;
  using Mapping = AddressMapping;
  controller.mapping = line.choice<Mapping>(
      "addr_mapper", {{"MOP4CLXOR", Mapping::Mop4ClXor}, {"RoBaRaCoCh", Mapping::RoBaRaCoCh}});
  // Whether an older row hit keeps its row open matters little, and the model does not tell the two
  // apart.
  line.choice<bool>("scheduler", {{"FRFCFS", true}, {"FRFCFSRowHit", true}});
  controller.refresh = line.choice<RefreshPolicy>(
      "refresh", {{"AllBank", RefreshPolicy::AllBank}, {"NoRefresh", RefreshPolicy::None}});
  controller.page_policy = line.choice<PagePolicy>(
      "row_policy", {{"Open", PagePolicy::Open}, {"Closed", PagePolicy::Closed}});
  std::map<std::string, TrafficPattern> patterns;
  for (const auto& [name, pattern] : traffic_pattern_names()) patterns.emplace(name, pattern);
  test.pattern = line.choice("pattern", patterns);
  test.config.channels = std::clamp(static_cast<int>(line.number("channels")), 1, 1024);
  test.offered_fraction = std::clamp(line.number("offered_frac_of_peak"), 1e-4, 1.0);
  // Few requests would leave more noise in the prediction than in the table.
  test.requests = std::max(
      kDefaultRequests, line.has("requests") ? static_cast<int64_t>(line.number("requests")) : 0);
  test.seed = options.seed;
  return test;
}

DramValidationRow read_row(const TableLine& line, const LoadTest& test) {
  DramValidationRow row;
  row.standard = line.text("standard");
  row.mapping = line.text("addr_mapper");
  row.refresh = line.text("refresh");
  row.pattern = line.text("pattern");
  row.channels = test.config.channels;
  row.offered_fraction = test.offered_fraction;
  row.overloaded = line.has("overloaded") && line.number("overloaded") != 0;
  row.measured_latency_ns = line.number("avg_read_latency_ns");
  row.measured_gb_s = line.number("achieved_GBps");
  return row;
}

template <typename Error>
double mean_absolute(const std::vector<DramValidationRow>& rows, bool overloaded_too, Error error) {
  double sum = 0;
  int64_t count = 0;
  for (const DramValidationRow& row : rows) {
    if (row.overloaded && !overloaded_too) continue;
    sum += std::abs(error(row));
    ++count;
  }
  return count == 0 ? std::nan("") : sum / static_cast<double>(count);
}

}  // namespace

double DramValidation::latency_mape_percent() const {
  return mean_absolute(rows, false,
                       [](const DramValidationRow& row) { return row.latency_error_percent(); });
}

double DramValidation::bandwidth_mape_percent() const {
  return mean_absolute(rows, true,
                       [](const DramValidationRow& row) { return row.bandwidth_error_percent(); });
}

DramValidation validate_dram(const std::filesystem::path& csv,
                             const DramValidationOptions& options) {
  const std::string file = csv.string();
  const base::TextFile source = base::read_text_file(csv);
  if (!source.problem.empty())
    throw base::UserError(fmt::format("{}: expected a table, found {}", file, source.problem));
  base::Diagnostics diagnostics;
  DramValidation validation;
  std::vector<LoadTest> tests;
  std::map<std::string, size_t> columns;
  int number = 0;
  for (std::string_view text : split(source.text, '\n')) {
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (++number == 1) {
      columns = read_header(text, file, diagnostics);
      diagnostics.throw_if_any();
      continue;
    }
    if (text.empty()) continue;
    if (options.limit > 0 && static_cast<int64_t>(tests.size()) == options.limit) break;
    const TableLine line(columns, text, {file, number, 1}, diagnostics);
    tests.push_back(read_test(line, options));
    validation.rows.push_back(read_row(line, tests.back()));
  }
  diagnostics.throw_if_any();
  for (size_t i = 0; i < tests.size(); ++i) {
    const LoadTestResult predicted = run_load_test(tests[i]);
    validation.rows[i].predicted_latency_ns = predicted.read_latency_ns;
    validation.rows[i].predicted_gb_s = predicted.achieved_gb_s;
  }
  return validation;
}

}  // namespace weft::sim
