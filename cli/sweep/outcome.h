// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/sweep/database.h"
#include "cli/sweep/sweep.h"

namespace weft::cli::sweep {

/// A finished point in terms of what is looked for.
struct Outcome {
  Row row;
  std::vector<double> objectives;  // in the order of the sweep; NaN where undefined
  bool feasible = true;            // every constraint holds
};

/// UserError where an objective or a constraint is no number.
Outcome outcome_of(const Sweep& sweep, Row row);

/// The outcomes of the rows that have a result.
std::vector<Outcome> outcomes_of(const Sweep& sweep, const std::vector<Row>& rows);

}  // namespace weft::cli::sweep
