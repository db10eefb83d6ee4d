// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "mapper/search/anneal.h"
#include "mapper/search/surrogate.h"

namespace weft::mapper {

namespace {

constexpr size_t kMostAtOnce = 64;    // mappings that an exhaustive search hands out together
constexpr size_t kMostScored = 4000;  // candidates that a pick compares
constexpr size_t kLargestRound = 8;
/// Simulations without a budget of the user's: a twentieth of the mappings, but of a few mappings
/// a few.
constexpr size_t kFewMappings = 40;
constexpr size_t kFewSimulations = 8;
constexpr size_t kMostSimulations = 64;
/// A pick takes the candidate that could be fastest: this many deviations under its prediction.
constexpr double kOptimism = 1.0;
/// Shares of the time after which listing and annealing end: the rest is for simulations.
constexpr double kListingShare = 0.4;
constexpr double kAnnealingShare = 0.7;
constexpr const char* kRefused = "refused by the compiler";

/// One search: the candidates that are still open, and what is known of the others.
class Searcher {
 public:
  Searcher(const Mapspace& space, const CostModel& model, Evaluator& evaluator,
           const SearchOptions& options)
      : space_(space),
        model_(model),
        evaluator_(evaluator),
        options_(options),
        bounds_(space, model),
        frontier_(space, model, bounds_) {}

  SearchResult run() {
    frontier_.grow(affordable(options_.most_bounds), share_of_time(kListingShare));
    collect();
    if (options_.exhaustive) {
      simulate_all();
    } else {
      simulate_leaders();
    }
    return finish();
  }

 private:
  /// So many points, or as many as the model may be asked about.
  uint64_t affordable(uint64_t points) const {
    const bool cheap = options_.exhaustive || model_.most_points == 0;
    return cheap ? points : std::min(points, model_.most_points);
  }

  /// When a share of the budget's time is over.
  HostTime share_of_time(double share) const {
    if (std::isinf(options_.budget.seconds)) return HostTime::max();
    return began_ + std::chrono::duration_cast<HostTime::duration>(
                        std::chrono::duration<double>(share * options_.budget.seconds));
  }

  /// The candidates, each program once and the least estimate first. Where the space was not
  /// listed, annealing adds leaders from the parts that bounds did not reach.
  void collect() {
    open_ = frontier_.leaves();
    if (!frontier_.complete()) {
      if (options_.exhaustive) {
        throw base::UserError(
            fmt::format("--exhaustive: the mapspace has {:.3g} points, too many to simulate each; "
                        "give shorter lists of choices",
                        space_.size()));
      }
      const AnnealOptions anneal_options = {.seed = options_.seed,
                                            .steps = affordable(AnnealOptions{}.steps),
                                            .until = share_of_time(kAnnealingShare),
                                            .starts = options_.starts};
      std::set<Point> listed;
      for (const Candidate& candidate : open_) listed.insert(candidate.point);
      for (Candidate& candidate : anneal(space_, bounds_, anneal_options)) {
        if (!listed.contains(candidate.point)) open_.push_back(std::move(candidate));
      }
    }
    std::ranges::stable_sort(open_, {}, &Candidate::estimate_s);
    if (!model_.program) return;
    std::set<std::string> programs;
    std::erase_if(open_, [&](const Candidate& candidate) {
      return !programs.insert(model_.program(candidate.point)).second;
    });
  }

  size_t most_simulations() const {
    if (options_.budget.simulations > 0) return options_.budget.simulations;
    return open_.size() < kFewMappings ? kFewSimulations
                                       : std::min(open_.size() / 20, kMostSimulations);
  }

  void simulate_all() {
    while (!open_.empty() && !interrupted_) {
      const size_t count = std::min(kMostAtOnce, open_.size());
      const std::vector<Candidate> round(open_.begin(),
                                         open_.begin() + static_cast<ptrdiff_t>(count));
      open_.erase(open_.begin(), open_.begin() + static_cast<ptrdiff_t>(count));
      simulate(round);
    }
  }

  bool same(const Point& a, const Point& b) const {
    return model_.program ? model_.program(a) == model_.program(b) : a == b;
  }

  /// The open candidates among the mappings to begin with, or others of the same program.
  std::vector<Candidate> take_first(size_t most) {
    std::vector<Candidate> taken;
    for (const Point& point : options_.first) {
      if (taken.size() == most || bounds_.broken(point, point.size())) continue;
      const auto found = std::ranges::find_if(
          open_, [&](const Candidate& candidate) { return same(candidate.point, point); });
      if (found == open_.end()) continue;
      taken.push_back(std::move(*found));
      open_.erase(found);
    }
    return taken;
  }

  /// The mapping that a user would have without a search, where it could still be the fastest:
  /// neither listing nor annealing need have met it.
  std::optional<Candidate> usual() const {
    if (!options_.usual || bounds_.broken(*options_.usual, options_.usual->size())) return {};
    const Point& point = *options_.usual;
    const auto is_usual = [&](const Ranked& ranked) { return same(ranked.candidate.point, point); };
    const Bound bound = bounds_.bound(point, point.size());
    if (bound.seconds >= best_s_ || std::ranges::any_of(result_.ranked, is_usual)) return {};
    return Candidate{point, bound, bounds_.estimate_s(point)};
  }

  void simulate_leaders() {
    const size_t most = most_simulations();
    const size_t round_size = std::clamp<size_t>(most / 4, 1, kLargestRound);
    const std::vector<Candidate> first = take_first(most - std::min<size_t>(most, usual() ? 1 : 0));
    if (!first.empty()) simulate(first);
    // What the compiler refuses was no simulation, but takes time as well.
    const size_t most_refusals = std::max(kMostSimulations, most);
    while (!interrupted_ && refusals() < most_refusals &&
           (result_.ranked.empty() || within_time())) {
      drop_hopeless();
      const size_t kept = usual() ? 1 : 0;  // for the last simulation
      if (result_.simulations + kept >= most) break;
      const std::vector<Candidate> round =
          pick(std::min(round_size, most - result_.simulations - kept));
      if (round.empty()) break;
      simulate(round);
    }
    if (const auto last = usual(); last && !interrupted_) simulate_usual(*last);
    drop_hopeless();
  }

  void simulate_usual(const Candidate& candidate) {
    std::erase_if(open_, [&](const Candidate& open) { return open.point == candidate.point; });
    simulate({candidate});
  }

  size_t refusals() const {
    const auto found = result_.rejected.find(kRefused);
    return found == result_.rejected.end() ? 0 : static_cast<size_t>(found->second);
  }

  /// Rounds take about equally long: none is begun that would not end within the budget.
  bool within_time() const {
    const double elapsed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    return elapsed + longest_round_s_ < options_.budget.seconds;
  }

  /// Candidates whose bound is no less than the best time cannot be faster.
  void drop_hopeless() {
    std::erase_if(open_,
                  [&](const Candidate& candidate) { return candidate.bound.seconds >= best_s_; });
    frontier_.prune(best_s_);
  }

  /// Takes the most promising open candidates out, one after the other, each as if those before it
  /// had turned out as predicted.
  std::vector<Candidate> pick(size_t count) {
    std::vector<Candidate> picked;
    while (picked.size() < count && !open_.empty()) {
      size_t best = 0;
      double least = kNever;
      for (size_t i = 0; i < std::min(open_.size(), kMostScored); ++i) {
        const Surrogate::Prediction error = surrogate_.predict(open_[i].point);
        const double score =
            std::log(open_[i].estimate_s) + error.mean - kOptimism * error.deviation;
        if (score >= least) continue;
        least = score;
        best = i;
      }
      surrogate_.expect(open_[best].point);
      picked.push_back(std::move(open_[best]));
      open_.erase(open_.begin() + static_cast<ptrdiff_t>(best));
    }
    surrogate_.forget_expected();
    return picked;
  }

  void simulate(const std::vector<Candidate>& round) {
    const auto began = std::chrono::steady_clock::now();
    std::vector<ir::Kernel> mappings;
    mappings.reserve(round.size());
    for (const Candidate& candidate : round) mappings.push_back(space_.fill(candidate.point));
    const std::vector<Evaluation> answers = evaluator_.evaluate(mappings);
    for (size_t i = 0; i < round.size(); ++i) record(round[i], answers[i]);
    const auto took = std::chrono::steady_clock::now() - began;
    longest_round_s_ = std::max(longest_round_s_, std::chrono::duration<double>(took).count());
  }

  void record(const Candidate& candidate, const Evaluation& answer) {
    if (answer.interrupted) {
      interrupted_ = true;
      open_.push_back(candidate);
    } else if (!answer.refusal.empty()) {
      result_.rejected[kRefused] += 1;
      result_.reasons.emplace(kRefused, answer.refusal);
    } else {
      ++result_.simulations;
      best_s_ = std::min(best_s_, answer.time_s);
      surrogate_.observe(candidate.point, std::log(answer.time_s / candidate.estimate_s));
      result_.ranked.push_back({candidate, answer.time_s});
    }
  }

  SearchResult finish() {
    result_.mapspace_size = space_.size();
    result_.bounds_evaluated = frontier_.bounds_evaluated();
    result_.interrupted = interrupted_;
    std::ranges::stable_sort(result_.ranked, {}, &Ranked::time_s);
    double open_s = frontier_.open_bound_s();
    for (const Candidate& candidate : open_) open_s = std::min(open_s, candidate.bound.seconds);
    result_.proved = best_s_ < kNever && open_s >= best_s_;
    result_.bound_s = std::min(open_s, best_s_);
    for (size_t i = 0; i < model_.constraints.size(); ++i) {
      if (frontier_.rejected()[i] > 0)
        result_.rejected[model_.constraints[i].name] += frontier_.rejected()[i];
    }
    return std::move(result_);
  }

  const Mapspace& space_;
  const CostModel& model_;
  Evaluator& evaluator_;
  const SearchOptions& options_;
  Bounds bounds_;
  Frontier frontier_;
  Surrogate surrogate_;
  std::vector<Candidate> open_;
  double best_s_ = kNever;
  double longest_round_s_ = 0;
  bool interrupted_ = false;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  SearchResult result_;
};

}  // namespace

SearchResult search(const Mapspace& space, const CostModel& model, Evaluator& evaluator,
                    const SearchOptions& options) {
  return Searcher(space, model, evaluator, options).run();
}

}  // namespace weft::mapper
