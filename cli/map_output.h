// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/map.h"

namespace weft::cli {

/// The document of `weft map --json`. Precondition: at least one mapping was simulated.
nlohmann::ordered_json map_json(const MappingProblem& problem, const mapper::SearchResult& result,
                                double wall_s);

/// The same for people: the best mapping, what binds it, how much better another could be, and the
/// first few candidates.
std::string map_text(const MappingProblem& problem, const mapper::SearchResult& result,
                     double wall_s, bool colour);

/// Why no mapping of the space can run: how many points each constraint ruled out, and the nearest
/// miss with the cheapest way out, in the mapping and in the machine. Lines for a UserError.
std::vector<std::string> infeasible_lines(const SimulateRequest& request,
                                          const MappingProblem& problem,
                                          const mapper::SearchResult& result);

}  // namespace weft::cli
