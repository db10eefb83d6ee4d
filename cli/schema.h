// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::cli {

/// JSON schemas (draft 2020-12) of the documents that the command itself reads and writes.
const nlohmann::ordered_json& result_schema();             // "weft.result/1"
const nlohmann::ordered_json& reference_schema();          // "weft.reference/1"
const nlohmann::ordered_json& experiment_result_schema();  // "weft.experiment/1"
const nlohmann::ordered_json& experiment_schema();         // the document `experiment: 1`
const nlohmann::ordered_json& sweep_schema();              // the document `sweep: 1`
const nlohmann::ordered_json& workload_schema();           // the document `workload: 1`

/// The kinds that `weft schema KIND` knows.
std::vector<std::string> schema_kinds();

/// The schema of a kind. UserError for an unknown one.
nlohmann::ordered_json schema_of(const std::string& kind);

}  // namespace weft::cli
