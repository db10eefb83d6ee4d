// SPDX-License-Identifier: Apache-2.0
#include "cli/fabric_result.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft::cli {
namespace {

/// The roofline of a run of 1 ms on four pipelines of 1 GHz and 10 GB/s.
nlohmann::ordered_json roofline_of(uint64_t instructions, uint64_t moved_bytes) {
  sim::FabricRun run;
  run.cycles = 1'000'000;
  run.clock_ghz = 1;
  run.pipelines = 4;
  run.dram_peak_gb_s = 10;
  run.instructions = instructions;
  run.dram_read_bytes = moved_bytes;
  run.levels = {{"scratchpad", 0, 0, 0}, {"dcache", 0, 0, 0}};
  tensor::SpgemmWork work;
  work.products = 100'000;
  work.compulsory_bytes = 1'000'000;
  nlohmann::ordered_json result;
  add_fabric_run(result, run, {}, {}, work);
  return result.at("roofline");
}

TEST(Roofline, FloorsAreThoseOfWhatTheRunDid) {
  const auto roofline = roofline_of(2'000'000, 6'000'000);
  EXPECT_DOUBLE_EQ(roofline.at("issue_floor_s"), 0.5e-3);
  EXPECT_DOUBLE_EQ(roofline.at("memory_floor_s"), 0.6e-3);
  EXPECT_DOUBLE_EQ(roofline.at("floor_s"), 0.1e-3);
  EXPECT_DOUBLE_EQ(roofline.at("attained_fraction"), 0.1);
}

TEST(Roofline, TheHigherFloorBinds) {
  EXPECT_EQ(roofline_of(2'000'000, 6'000'000).at("bound_by"), "dram bandwidth");
  EXPECT_EQ(roofline_of(3'000'000, 6'000'000).at("bound_by"), "instruction issue");
}

}  // namespace
}  // namespace weft::cli
