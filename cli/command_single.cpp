// SPDX-License-Identifier: Apache-2.0
// The subcommands that run or read single results: simulate, reference, compare, report.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/files.h"
#include "cli/report/page.h"
#include "cli/report/sweep_page.h"
#include "cli/run.h"
#include "cli/summary.h"
#include "cli/sweep/analysis.h"
#include "cli/terminal.h"

namespace weft::cli {

namespace {

/// Writes the document where asked, tells people unless the document takes the standard output, and
/// judges it.
int deliver(const nlohmann::ordered_json& document, const std::string& json_file) {
  const Run run = read_run_file(document, "the result").runs.front();
  if (!json_file.empty()) write_json(json_file, document);
  if (json_file != "-") fmt::print("{}", describe(run));
  return run.verified.value_or(true) ? kOk : kFailedCheck;
}

}  // namespace

int simulate_command(const SimulateOptions& options) {
  return deliver(simulate(options.request), options.json_file);
}

int reference_run_command(const ReferenceOptions& options) {
  return deliver(run_reference(options.request), options.out);
}

int compare_command(const CompareOptions& options) {
  std::vector<RunFile> files;
  for (const std::string& file : options.files) files.push_back(load_run_file(file));
  const ComparisonReport report = compare(files, options.tolerance_percent);
  if (!options.json_file.empty()) write_json(options.json_file, comparison_json(report));
  if (options.json_file != "-") fmt::print("{}", comparison_text(report, wants_colour(stdout)));
  return report.passed() ? kOk : kFailedCheck;
}

int report_command(const ReportOptions& options) {
  const bool is_sweep = sweep::is_sqlite_file(options.results);
  write_text(options.out, is_sweep ? report::sweep_page(sweep::analyse(options.results, {}))
                                   : report::page(load_run_file(options.results)));
  if (options.out != "-") fmt::print("{}\n", options.out.string());
  return kOk;
}

}  // namespace weft::cli
