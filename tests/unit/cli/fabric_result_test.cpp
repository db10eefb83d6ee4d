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

/// A run of two cores with ten threads, on a mesh of one die.
nlohmann::ordered_json parts_of(std::vector<sim::FabricRun::LinkUse> links) {
  sim::FabricRun run;
  run.cycles = 100;
  run.threads = 10;
  run.core_causes.resize(2);
  run.core_causes[0][static_cast<size_t>(sim::Cause::Busy)] = 500;
  run.core_causes[1][static_cast<size_t>(sim::Cause::Busy)] = 100;
  run.core_causes[1][static_cast<size_t>(sim::Cause::Memory)] = 400;
  run.levels = {{"scratchpad", 0, 0, 0}, {"dcache", 0, 0, 0}};
  run.links = std::move(links);
  nlohmann::ordered_json result;
  add_fabric_run(result, run, {}, {}, {});
  return result;
}

TEST(FabricUnits, TheCausesOfEachCoreAddUpToItsCycles) {
  const auto units = parts_of({}).at("units");
  ASSERT_EQ(units.size(), 2U);
  for (const auto& unit : units) {
    double sum = 0;
    for (const auto& [cause, fraction] : unit.at("stalls").items()) sum += fraction.get<double>();
    EXPECT_DOUBLE_EQ(sum, 1) << unit;
  }
  EXPECT_EQ(units[1].at("name"), "core 1");
  EXPECT_DOUBLE_EQ(units[1].at("stalls").at("memory"), 0.8);
}

TEST(FabricLinks, TheBusiestComeFirstAndAreBounded) {
  EXPECT_FALSE(parts_of({}).at("network").contains("links"));
  std::vector<sim::FabricRun::LinkUse> many;
  for (int i = 0; i < 1000; ++i) many.push_back({i, i + 1, i / 1000.0});
  const auto network = parts_of(many).at("network");
  EXPECT_EQ(network.at("links").size(), 256U);
  EXPECT_EQ(network.at("links")[0].at("from"), 999);
  EXPECT_TRUE(network.at("mesh").contains("columns"));
}

}  // namespace
}  // namespace weft::cli
