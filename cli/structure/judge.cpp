// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/structure/eval.h"

namespace weft::cli {

namespace {

/// Runs that compete: those on one machine for one number of tokens.
bool same_task(const EvaluatedRun& a, const EvaluatedRun& b) {
  return a.machine == b.machine && a.tokens == b.tokens;
}

}  // namespace

void judge(Evaluation& evaluation) {
  std::vector<EvaluatedRun>& runs = evaluation.runs;
  const auto error = [&](const EvaluatedRun& run) {
    return evaluation.structures[run.structure].error;
  };
  const auto beats = [&](const EvaluatedRun& a, const EvaluatedRun& b) {
    return same_task(a, b) && a.time_s <= b.time_s && error(a) <= error(b) &&
           (a.time_s < b.time_s || error(a) < error(b));
  };
  // Among those that lose little enough time decides, and the error where that is equal.
  const auto beats_within = [&](const EvaluatedRun& a, const EvaluatedRun& b) {
    return same_task(a, b) && std::pair{a.time_s, error(a)} < std::pair{b.time_s, error(b)};
  };
  const auto allowed = [&](const EvaluatedRun& run) {
    return evaluation.max_error && std::isfinite(run.time_s) && error(run) <= *evaluation.max_error;
  };
  for (EvaluatedRun& run : runs) {
    const auto dense = std::ranges::find_if(runs, [&](const EvaluatedRun& other) {
      return other.structure == 0 && same_task(other, run);
    });
    run.speedup = dense->time_s / run.time_s;
    run.on_front = std::isfinite(run.time_s) && std::isfinite(error(run)) &&
                   std::ranges::none_of(runs, [&](const auto& other) { return beats(other, run); });
    run.wins = allowed(run) && std::ranges::none_of(runs, [&](const EvaluatedRun& other) {
                 return allowed(other) && beats_within(other, run);
               });
  }
}

}  // namespace weft::cli
