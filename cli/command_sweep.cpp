// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/sweep/analysis.h"
#include "cli/sweep/line_plot.h"
#include "cli/sweep/ranks.h"
#include "cli/sweep/run_sweep.h"
#include "cli/terminal.h"

namespace weft::cli {

namespace {

/// Ranks of one host share its processors: one simulation at a time each.
size_t jobs_of(const SweepOptions& options, bool ranked) {
  if (options.jobs > 0) return options.jobs;
  return ranked ? 1 : std::max(1U, std::thread::hardware_concurrency());
}

/// SQLite cannot open one, and says so in words of its own.
void refuse_folder(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file))
    throw base::UserError(fmt::format(
        "{}: expected the name of an SQLite file to write, found a directory", file.string()));
}

void show(const sweep::Analysis& analysis, const std::string& json_file) {
  if (!json_file.empty()) write_json(json_file, sweep::analysis_json(analysis));
  if (json_file != "-") fmt::print("{}", sweep::analysis_text(analysis, wants_colour(stdout)));
}

}  // namespace

int sweep_command(const SweepOptions& options) {
  if (options.document.empty())
    throw base::UserError(
        "SWEEP is required: a sweep document, or one of show, merge (see --help)");
  base::Diagnostics diagnostics;
  const sweep::Sweep sweep = load_sweep(options.document, diagnostics);
  diagnostics.throw_if_any();
  const std::optional<sweep::Ranks> ranks = sweep::ranks_of_environment();
  sweep::RunRequest request;
  request.file = options.out.empty() ? std::filesystem::path("results") / (sweep.name + ".sqlite")
                                     : options.out;
  refuse_folder(request.file);
  request.jobs = jobs_of(options, ranks.has_value());
  if (!options.shard.empty()) request.shard = sweep::parse_shard(options.shard);
  request.resume = options.resume;
  request.shared = ranks && ranks->size > 1;
  request.leads = !ranks || ranks->rank == 0;

  const sweep::Counts counts = run_sweep(sweep, sweep::resolve_points(sweep), request);
  if (request.leads) {
    show(sweep::analyse(request.file, {}), options.json_file);
    if (options.json_file != "-") fmt::print("\n{}\n", request.file.string());
  }
  if (interrupted()) {
    fmt::print(stderr, "weft: stopped; what was done is kept, and --resume goes on\n");
    return kInterruptedStatus;
  }
  return counts.ok > 0 || counts.total() == 0 ? kOk : kFailedCheck;
}

int sweep_show_command(const SweepShowOptions& options) {
  const sweep::Analysis analysis = sweep::analyse(options.file, options.objectives);
  if (!options.plot_file.empty()) {
    const std::string over =
        options.over.empty() ? analysis.sweep.axis_names().back() : options.over;
    write_text(options.plot_file, sweep::line_plot_svg(analysis, {over, options.lines}));
  }
  show(analysis, options.json_file);
  return kOk;
}

int sweep_merge_command(const SweepMergeOptions& options) {
  refuse_folder(options.out);
  sweep::merge(options.files, options.out);
  fmt::print("{}\n{}\n", sweep::headline(sweep::analyse(options.out, {})), options.out.string());
  return kOk;
}

}  // namespace weft::cli
