// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mapper/search/frontier.h"

namespace weft::mapper {

/// What a simulation says of a mapping: its time, or why the machine refuses it.
struct Evaluation {
  double time_s = 0;
  std::string refusal;       // empty: simulated
  bool interrupted = false;  // there was no time for an answer
};

/// Simulates mappings. The mapper asks; who links the simulator answers.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// Answers in the order of the mappings, whatever the order of the work.
  virtual std::vector<Evaluation> evaluate(const std::vector<ir::Kernel>& mappings) = 0;
};

/// When a search ends, if nothing was proved before; not before one mapping was simulated.
struct SearchBudget {
  size_t simulations = 0;  // 0: a twentieth of the mappings, at most 64; of less than 40, 8
  double seconds = std::numeric_limits<double>::infinity();
};

/// How a search goes about its space.
struct SearchOptions {
  SearchBudget budget = {};
  uint64_t seed = 1;
  std::vector<Point> first = {};     // mappings to simulate before anything is learned
  std::optional<Point> usual = {};   // what there is without a search: no result is slower
  std::vector<Point> starts = {};    // mappings that annealing begins with, beside random ones
  bool exhaustive = false;           // simulate every mapping, whatever its bound
  uint64_t most_bounds = 1'000'000;  // of the branch and bound
};

/// A simulated mapping.
struct Ranked {
  Candidate candidate;
  double time_s = 0;
};

/// What a search found.
struct SearchResult {
  double mapspace_size = 0;
  uint64_t bounds_evaluated = 0;
  size_t simulations = 0;
  bool proved = false;                         // no mapping of the space is faster than the best
  bool interrupted = false;                    // by the user
  double bound_s = 0;                          // no mapping of the space is faster
  std::vector<Ranked> ranked;                  // the fastest first
  std::map<std::string, double> rejected;      // points ruled out, by constraint
  std::map<std::string, std::string> reasons;  // an example of each
};

/// Finds the fastest mapping of a space. Bounds alone prune and prove; estimates, corrected by what
/// simulations so far say about them, choose the leaders that are simulated, a round at a time. The
/// search ends when the best simulated time is no more than every open bound, or with the budget.
/// Spaces too large to list are sampled by annealing. Equal seeds and numbers of simulations give
/// equal results, however many processes simulate. UserError where an exhaustive search would be
/// too large.
SearchResult search(const Mapspace& space, const CostModel& model, Evaluator& evaluator,
                    const SearchOptions& options);

}  // namespace weft::mapper
