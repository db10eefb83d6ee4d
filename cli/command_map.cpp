// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/map_output.h"
#include "cli/terminal.h"
#include "kernels/ir/write_kernel.h"

namespace weft::cli {

namespace {

/// Without a budget of the user's own a search does not begin another round after this.
constexpr double kUsualSeconds = 40;

}  // namespace

int map_command(const MapOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  mapper::SearchOptions search = options.search;
  search.budget.seconds = search.exhaustive ? search.budget.seconds : kUsualSeconds;
  if (!options.budget.empty()) search.budget = parse_budget(options.budget);
  const size_t jobs =
      options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const DeferInterrupt until_saved;
  const MappingProblem problem(options.request);
  WorkerEvaluator evaluator(problem, options.request, jobs);
  const mapper::SearchResult result =
      mapper::search(problem.space(), problem.model(), evaluator, search);
  const double wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (result.ranked.empty()) {
    if (result.interrupted) return kInterruptedStatus;
    throw base::UserError(infeasible_lines(options.request, problem, result));
  }
  const mapper::Point& best = result.ranked.front().candidate.point;
  if (!options.out.empty()) write_text(options.out, ir::write_kernel(problem.mapping(best)));
  if (!options.json_file.empty()) write_json(options.json_file, map_json(problem, result, wall_s));
  if (options.json_file != "-" && options.out != "-")
    fmt::print("{}", map_text(problem, result, wall_s, wants_colour(stdout)));
  if (!result.interrupted) return kOk;
  fmt::print(stderr, "weft: stopped; this is the best so far\n");
  return kInterruptedStatus;
}

}  // namespace weft::cli
