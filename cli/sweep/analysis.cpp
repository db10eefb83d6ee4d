// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/analysis.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/sweep/describe.h"

namespace weft::cli::sweep {

namespace {

/// Those that may be asked for: the sweep's, and words that it does not use.
void add_named_objectives(Sweep& sweep) {
  for (const std::string& word : objective_words()) {
    if (std::ranges::find(sweep.objectives, word, &Objective::name) == sweep.objectives.end())
      sweep.objectives.push_back(*named_objective(word));
  }
}

void choose_objectives(Sweep& sweep, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::vector<Objective> chosen;
  std::vector<std::string> known;
  for (const Objective& objective : sweep.objectives) known.push_back(objective.name);
  for (const std::string& name : names) {
    const auto found = std::ranges::find(sweep.objectives, name, &Objective::name);
    if (found == sweep.objectives.end()) {
      throw base::UserError(fmt::format("--objectives: expected one of {}, found '{}'{}",
                                        fmt::join(known, ", "), name,
                                        base::did_you_mean(name, known)));
    }
    chosen.push_back(*found);
  }
  sweep.objectives = std::move(chosen);
}

void count(Counts& counts, Status status) {
  counts.ok += status == Status::Ok ? 1 : 0;
  counts.failed += status == Status::Failed ? 1 : 0;
  counts.timeout += status == Status::Timeout ? 1 : 0;
  counts.pending += status == Status::Pending ? 1 : 0;
}

}  // namespace

Analysis analyse(const std::filesystem::path& file, const std::vector<std::string>& objectives) {
  const Records records = read_records(file);
  Analysis analysis;
  analysis.file = file;
  analysis.sweep = described(records.description, file);
  if (!objectives.empty()) add_named_objectives(analysis.sweep);
  std::vector<Outcome> all = outcomes_of(analysis.sweep, records.rows);
  // Objectives may build on each other, so that all are computed before some are chosen.
  const std::vector<Objective> computed = analysis.sweep.objectives;
  choose_objectives(analysis.sweep, objectives);
  for (Outcome& outcome : all) {
    std::vector<double> chosen;
    for (const Objective& objective : analysis.sweep.objectives) {
      const auto place =
          std::ranges::find(computed, objective.name, &Objective::name) - computed.begin();
      chosen.push_back(outcome.objectives[static_cast<size_t>(place)]);
    }
    outcome.objectives = std::move(chosen);
  }
  analysis.outcomes = std::move(all);
  for (const Row& row : records.rows) {
    count(analysis.counts, row.status);
    if (row.status != Status::Ok) analysis.unfinished.push_back(row);
  }
  analysis.front = pareto_front(analysis.sweep, analysis.outcomes);
  for (size_t i = 0; i < analysis.sweep.objectives.size(); ++i)
    analysis.effects.push_back(effects_on(analysis.sweep, analysis.outcomes, i));
  return analysis;
}

}  // namespace weft::cli::sweep
