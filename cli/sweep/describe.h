// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "cli/sweep/sweep.h"

namespace weft::cli::sweep {

/// What a database records of its sweep: names of axes, objectives and constraints.
nlohmann::ordered_json describe(const Sweep& sweep);

/// The other way: a sweep of which only those are known. `file` is named in messages.
Sweep described(const nlohmann::ordered_json& description, const std::filesystem::path& file);

}  // namespace weft::cli::sweep
