// SPDX-License-Identifier: Apache-2.0
// The subcommands that run or read single results: simulate, reference, compare, report.
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/files.h"
#include "cli/report/compare_page.h"
#include "cli/report/page.h"
#include "cli/report/sweep_page.h"
#include "cli/run.h"
#include "cli/summary.h"
#include "cli/sweep/analysis.h"
#include "cli/terminal.h"
#include "kernels/native/cpu/host.h"

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

/// A run takes the place of an older one of this machine only: other measurements may not be made
/// again so easily.
void refuse_other_machines_file(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return;
  const RunFile older = load_run_file(file);
  const Run& run = older.runs.front();
  const std::string machine = native::describe_host().cpu;
  if (older.runs.size() == 1 && run.origin == Run::Origin::Native && run.machine == machine) return;
  throw base::UserError(fmt::format(
      "{}: expected no file or an older run of {}, found {}; it is left as it is", file.string(),
      machine, run.origin == Run::Origin::Native ? "a run of " + run.machine : "another document"));
}

}  // namespace

int simulate_command(const SimulateOptions& options) {
  SimulateRequest request = options.request;
  request.shows_progress = true;
  return deliver(simulate(request), options.json_file);
}

int reference_run_command(const ReferenceOptions& options) {
  if (!options.out.empty() && options.out != "-") refuse_other_machines_file(options.out);
  const nlohmann::ordered_json document = run_reference(options.request);
  if (!options.out.empty()) write_json(options.out, document);
  return deliver(document, options.out == "-" ? options.out : options.json_file);
}

int reference_list_command() {
  fmt::print("{}", reference_list());
  return kOk;
}

int compare_command(const CompareOptions& options) {
  std::vector<RunFile> files;
  for (const std::string& file : options.files) files.push_back(load_run_file(file));
  const ComparisonReport report = compare(files, options.tolerance_percent);
  if (!options.json_file.empty()) write_json(options.json_file, comparison_json(report));
  if (!options.report_file.empty()) write_text(options.report_file, report::compare_page(report));
  if (options.json_file != "-" && options.report_file != "-")
    fmt::print("{}", comparison_text(report, wants_colour(stdout)));
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
