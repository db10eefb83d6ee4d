// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/outcome.h"

#include <algorithm>
#include <cmath>

#include "cli/sweep/scope.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

const Json& configuration_of(const Json& result) {
  static const Json none;
  const auto found = result.find("configuration");
  return found == result.end() ? none : *found;
}

}  // namespace

Outcome outcome_of(const Sweep& sweep, Row row) {
  Outcome outcome{std::move(row), {}, true};
  const Json& result = outcome.row.result;
  const Scope scope(outcome.row.axes, configuration_of(result), result);
  // Objectives may use those before them.
  const Lookup lookup = [&](const std::string& name) -> Value {
    for (size_t i = 0; i < outcome.objectives.size(); ++i) {
      if (sweep.objectives[i].name != name) continue;
      return std::isnan(outcome.objectives[i]) ? Value() : Value(outcome.objectives[i]);
    }
    return scope(name);
  };
  for (const Objective& objective : sweep.objectives)
    outcome.objectives.push_back(objective.expression.number(lookup));
  outcome.feasible = std::ranges::all_of(
      sweep.constraints, [&](const Expression& constraint) { return constraint.holds(lookup); });
  return outcome;
}

std::vector<Outcome> outcomes_of(const Sweep& sweep, const std::vector<Row>& rows) {
  std::vector<Outcome> outcomes;
  for (const Row& row : rows) {
    if (row.status == Status::Ok) outcomes.push_back(outcome_of(sweep, row));
  }
  return outcomes;
}

}  // namespace weft::cli::sweep
