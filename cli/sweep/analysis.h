// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/sweep/front.h"
#include "cli/sweep/sensitivity.h"
#include "cli/table.h"

namespace weft::cli::sweep {

/// What a sweep's file says: how its points stand, the front, and which axis matters.
struct Analysis {
  Sweep sweep;  // as its file describes it
  std::filesystem::path file;
  Counts counts;
  std::vector<Outcome> outcomes;
  std::vector<Row> unfinished;  // failed, timed out or pending
  Front front;
  std::vector<std::vector<Effect>> effects;  // [objective]
};

/// Reads a file and judges its points by its own objectives, or by those named.
Analysis analyse(const std::filesystem::path& file, const std::vector<std::string>& objectives);

/// The front as a table: axes, objectives, the knee.
Table front_table(const Analysis& analysis);
/// The axes by what they do to one objective.
Table effect_table(const Analysis& analysis, size_t objective);
/// Why points have no result, each error once with how many points it cost.
Table error_table(const Analysis& analysis);
/// "48 points: 46 done, 1 failed, 1 took too long; 3 on the front of time and energy".
std::string headline(const Analysis& analysis);

/// All of it for the terminal.
std::string analysis_text(const Analysis& analysis, bool colour);
nlohmann::ordered_json analysis_json(const Analysis& analysis);

/// A value of an objective as people read it: times with their unit.
std::string objective_text(const Objective& objective, double value);

/// A value of an axis as a cell shows it.
std::string cell_text(const nlohmann::ordered_json& value);

}  // namespace weft::cli::sweep
