// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/map.h"

namespace weft::cli {

/// How well what is known before a simulation follows the simulated times of mappings. Undefined
/// (NaN) where a side does not vary.
struct RankingQuality {
  size_t mappings = 0;
  double spearman_of_bounds = 0;
  double spearman_of_estimates = 0;
  double least_share = 0;  // of its time that a bound explains
  double most_share = 0;   // above 1 a bound would be wrong
};

/// Of mappings whose bounds, estimates and simulated times are known.
RankingQuality ranking_quality(const std::vector<mapper::Ranked>& simulated);

/// Random mappings of the space, simulated; those that the compiler refuses are left out.
std::vector<mapper::Ranked> simulate_random(const MappingProblem& problem,
                                            mapper::Evaluator& evaluator, size_t count,
                                            uint64_t seed);

/// What a search with its usual budget would have found in a space that is simulated whole.
struct Replay {
  size_t simulations = 0;
  double time_s = 0;
  double true_gap = 0;     // to the best of all
  double printed_gap = 0;  // what the search would have said: no less than the true one
};

/// Runs the search again on the times of an exhaustive one, from the same seed and first mappings.
Replay replay_search(const MappingProblem& problem, const mapper::SearchResult& all,
                     const mapper::SearchOptions& search);

/// Lines for people, and figures.
std::string ranking_text(const RankingQuality& quality);
std::string replay_text(const Replay& replay);
nlohmann::ordered_json ranking_json(const RankingQuality& quality);
nlohmann::ordered_json replay_json(const Replay& replay);

}  // namespace weft::cli
