// SPDX-License-Identifier: Apache-2.0
#include "cli/map_audit.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/text.h"
#include "cli/validate/statistics.h"
#include "kernels/ir/write_kernel.h"
#include "mapper/search/sample.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Spearman's correlation of what `predict` says with the simulated times.
template <class Predict>
double rank_correlation(const std::vector<mapper::Ranked>& simulated, Predict&& predict) {
  std::vector<validate::Comparison> comparisons;
  std::vector<double> errors;
  for (const mapper::Ranked& each : simulated) {
    comparisons.push_back({each.time_s, predict(each.candidate)});
    errors.push_back(comparisons.back().error_percent());
  }
  return validate::error_statistics(comparisons, errors).spearman;
}

/// Answers with times that are known; what is not among them was refused.
class RecordedEvaluator : public mapper::Evaluator {
 public:
  RecordedEvaluator(const mapper::Mapspace& space, const std::vector<mapper::Ranked>& simulated) {
    for (const mapper::Ranked& each : simulated)
      times_s_.emplace(ir::write_kernel(space.fill(each.candidate.point)), each.time_s);
  }

  std::vector<mapper::Evaluation> evaluate(const std::vector<ir::Kernel>& mappings) override {
    std::vector<mapper::Evaluation> evaluations;
    for (const ir::Kernel& mapping : mappings) {
      mapper::Evaluation& evaluation = evaluations.emplace_back();
      const auto known = times_s_.find(ir::write_kernel(mapping));
      if (known != times_s_.end()) {
        evaluation.time_s = known->second;
      } else {
        evaluation.refusal = "refused before";
      }
    }
    return evaluations;
  }

 private:
  std::map<std::string, double> times_s_;  // by document
};

}  // namespace

RankingQuality ranking_quality(const std::vector<mapper::Ranked>& simulated) {
  RankingQuality quality;
  quality.mappings = simulated.size();
  quality.spearman_of_bounds = rank_correlation(
      simulated, [](const mapper::Candidate& candidate) { return candidate.bound.seconds; });
  quality.spearman_of_estimates = rank_correlation(
      simulated, [](const mapper::Candidate& candidate) { return candidate.estimate_s; });
  std::vector<double> shares;
  shares.reserve(simulated.size());
  for (const mapper::Ranked& each : simulated)
    shares.push_back(each.candidate.bound.seconds / each.time_s);
  if (!shares.empty()) {
    const auto [least, most] = std::ranges::minmax(shares);
    quality.least_share = least;
    quality.most_share = most;
  }
  return quality;
}

std::vector<mapper::Ranked> simulate_random(const MappingProblem& problem,
                                            mapper::Evaluator& evaluator, size_t count,
                                            uint64_t seed) {
  const std::vector<mapper::Candidate> candidates =
      mapper::random_candidates(problem.space(), problem.model(), count, seed);
  std::vector<ir::Kernel> mappings;
  mappings.reserve(candidates.size());
  for (const mapper::Candidate& candidate : candidates)
    mappings.push_back(problem.space().fill(candidate.point));
  const std::vector<mapper::Evaluation> answers = evaluator.evaluate(mappings);
  std::vector<mapper::Ranked> simulated;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (!answers[i].interrupted && answers[i].refusal.empty())
      simulated.push_back({candidates[i], answers[i].time_s});
  }
  return simulated;
}

Replay replay_search(const MappingProblem& problem, const mapper::SearchResult& all,
                     const mapper::SearchOptions& search) {
  RecordedEvaluator evaluator(problem.space(), all.ranked);
  mapper::SearchOptions options = search;
  options.exhaustive = false;
  options.budget = {};
  const mapper::SearchResult found =
      mapper::search(problem.space(), problem.model(), evaluator, options);
  Replay replay;
  replay.simulations = found.simulations;
  if (found.ranked.empty()) return replay;
  replay.time_s = found.ranked.front().time_s;
  replay.true_gap = replay.time_s / all.ranked.front().time_s - 1;
  replay.printed_gap = replay.time_s / found.bound_s - 1;
  return replay;
}

std::string ranking_text(const RankingQuality& quality) {
  return fmt::format(
      "simulated     {} mappings\nSpearman      {:.3f} of bounds with times, {:.3f} of estimates\n"
      "bound / time  {:.2f} to {:.2f}\n",
      quality.mappings, quality.spearman_of_bounds, quality.spearman_of_estimates,
      quality.least_share, quality.most_share);
}

std::string replay_text(const Replay& replay) {
  return fmt::format(
      "a search      finds {} with {} simulations: {} slower than the best, at most {} by its own "
      "words\n",
      show_time(replay.time_s), replay.simulations, show_percent(replay.true_gap),
      show_percent(replay.printed_gap));
}

Json ranking_json(const RankingQuality& quality) {
  return {{"mappings", quality.mappings},
          {"spearman_of_bounds", number_or_null(quality.spearman_of_bounds)},
          {"spearman_of_estimates", number_or_null(quality.spearman_of_estimates)},
          {"least_bound_share", quality.least_share},
          {"most_bound_share", quality.most_share}};
}

Json replay_json(const Replay& replay) {
  return {{"simulations", replay.simulations},
          {"time_s", replay.time_s},
          {"true_gap", replay.true_gap},
          {"printed_gap", number_or_null(replay.printed_gap)}};
}

}  // namespace weft::cli
