// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/known_mappings.h"
#include "cli/map_audit.h"
#include "cli/map_output.h"
#include "cli/terminal.h"
#include "kernels/ir/write_kernel.h"

namespace weft::cli {

namespace {

/// Without a budget of the user's own a search does not begin another round after this.
constexpr double kUsualSeconds = 40;

/// Simulates random mappings, and says how well bounds and estimates rank them.
int check_ranking(const MapOptions& options, const MappingProblem& problem,
                  mapper::Evaluator& evaluator) {
  const std::vector<mapper::Ranked> simulated =
      simulate_random(problem, evaluator, options.rank_check, options.search.seed);
  const RankingQuality quality = ranking_quality(simulated);
  if (!options.json_file.empty()) write_json(options.json_file, ranking_json(quality));
  if (options.json_file != "-") {
    fmt::print("kernel        {}\nmachine       {}\n{}", problem.space().kernel().name,
               problem.machine().id, ranking_text(quality));
  }
  return interrupted() ? kInterruptedStatus : kOk;
}

void write_files(const MapOptions& options, const mapper::SearchOptions& search,
                 const MappingProblem& problem, const mapper::SearchResult& result, double wall_s,
                 bool whole) {
  const mapper::Point& best = result.ranked.front().candidate.point;
  if (!options.out.empty()) write_text(options.out, ir::write_kernel(problem.mapping(best)));
  if (options.json_file.empty()) return;
  nlohmann::ordered_json document = map_json(problem, result, wall_s);
  if (whole) {
    document["ranking"] = ranking_json(ranking_quality(result.ranked));
    document["replay"] = replay_json(replay_search(problem, result, search));
  }
  write_json(options.json_file, document);
}

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
  if (options.rank_check > 0) return check_ranking(options, problem, evaluator);
  search.first = known_mappings(problem.space());
  if (const auto usual = problem.usual_mapping()) {
    if (const auto point = point_of(problem.space(), *usual)) {
      search.usual = *point;
      search.starts.push_back(*point);
    }
  }
  const mapper::SearchResult result =
      mapper::search(problem.space(), problem.model(), evaluator, search);
  const double wall_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (result.ranked.empty()) {
    if (result.interrupted) return kInterruptedStatus;
    throw base::UserError(infeasible_lines(options.request, problem, result));
  }
  const bool whole = search.exhaustive && !result.interrupted;
  write_files(options, search, problem, result, wall_s, whole);
  if (options.json_file != "-" && options.out != "-") {
    fmt::print("{}", map_text(problem, result, wall_s, wants_colour(stdout)));
    if (whole) {
      fmt::print("\n{}{}", replay_text(replay_search(problem, result, search)),
                 ranking_text(ranking_quality(result.ranked)));
    }
  }
  if (!result.interrupted) return kOk;
  fmt::print(stderr, "weft: stopped; this is the best so far\n");
  return kInterruptedStatus;
}

}  // namespace weft::cli
