// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft::tests {

/// The causes of every line of a result's "by_source" add up to its cycles, and those of all lines
/// to the "stalls" of the run.
inline void expect_lines_add_up_to_stalls(const nlohmann::json& result) {
  std::map<std::string, double> sums;
  double all = 0;
  for (const nlohmann::json& entry : result.at("by_source")) {
    const double cycles = entry.at("cycles");
    double sum = 0;
    for (const auto& [cause, part] : entry.at("stalls").items()) {
      EXPECT_GT(part.get<double>(), 0) << entry;
      sums[cause] += part.get<double>();
      sum += part.get<double>();
    }
    EXPECT_NEAR(sum, cycles, 1e-9 * cycles) << entry;
    all += cycles;
  }
  for (const auto& [cause, fraction] : result.at("stalls").items()) {
    EXPECT_NEAR(sums[cause] / all, fraction.get<double>(), 1e-9) << cause;
    sums.erase(cause);
  }
  for (const auto& [cause, cycles] : sums) ADD_FAILURE() << cause << " is no cause of the run";
}

}  // namespace weft::tests
