// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace weft::cli {

/// A complete "weft.result/1" document of a kernel on `piuma-smash` that takes `time_s`.
nlohmann::ordered_json result_fixture(const std::string& kernel, double time_s);

/// A complete "weft.reference/1" document of a native SpGEMM that takes `time_s`.
nlohmann::ordered_json reference_fixture(double time_s);

/// An experiment with smash_v1 on two cores (4 ms), smash_v2 (2 ms) and a crashed smash_v3 beside a
/// native run (1 ms).
nlohmann::ordered_json experiment_fixture();

}  // namespace weft::cli
