// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/occupancy_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::machine {
namespace {

using ::testing::ElementsAre;

/// "registers_per_thread <= 80: 3 blocks, 24 warps", one for each raise.
std::vector<std::string> advice(ComputeCapability cc, int threads, int registers,
                                int64_t shared_bytes, std::optional<int> carve_out = {}) {
  LaunchShape shape;
  shape.threads_per_block = threads;
  shape.registers_per_thread = registers;
  shape.static_shared_bytes = shared_bytes;
  shape.carve_out_percent = carve_out;
  std::vector<std::string> texts;
  for (const OccupancyRaise& raise : occupancy_advice(sm_limits(cc), shape)) {
    std::string text;
    for (const LaunchChange& change : raise.changes) {
      text += std::string(name_of(change.parameter)) + (change.at_most ? " <= " : " >= ") +
              std::to_string(change.value) + ": ";
    }
    texts.push_back(text + std::to_string(raise.blocks_per_sm) + " blocks, " +
                    std::to_string(raise.warps_per_sm) + " warps");
  }
  return texts;
}

TEST(OccupancyAdvice, NamesTheNearestBoundOfTheOneResourceThatBinds) {
  EXPECT_THAT(advice({9, 0}, 256, 128, 49152),
              ElementsAre("registers_per_thread <= 80: 3 blocks, 24 warps"));
  // 100 KiB for two blocks, of which 1 KiB each is the system's.
  EXPECT_THAT(advice({8, 6}, 256, 32, 60 << 10),
              ElementsAre("shared_bytes_per_block <= 50176: 2 blocks, 16 warps"));
  EXPECT_THAT(advice({9, 0}, 1024, 16, 0),
              ElementsAre("threads_per_block <= 672: 3 blocks, 63 warps"));
}

TEST(OccupancyAdvice, RelaxesResourcesTogetherWhereNoneSufficesAlone) {
  EXPECT_THAT(advice({9, 0}, 256, 128, 80 << 10),
              ElementsAre("registers_per_thread <= 80: shared_bytes_per_block <= 76800: 3 blocks, "
                          "24 warps"));
}

TEST(OccupancyAdvice, OneChangeMayRelaxTwoResources) {
  EXPECT_THAT(advice({9, 0}, 1024, 32, 0),
              ElementsAre("threads_per_block <= 672: 3 blocks, 63 warps"));
}

TEST(OccupancyAdvice, SlotsCallForLargerBlocks) {
  EXPECT_THAT(advice({8, 6}, 32, 16, 0),
              ElementsAre("threads_per_block >= 33: 16 blocks, 32 warps"));
}

TEST(OccupancyAdvice, AnotherCarveOutIsAWayWhereOneWasChosen) {
  EXPECT_THAT(advice({8, 6}, 256, 70, 40 << 10, 50),
              ElementsAre("shared_bytes_per_block <= 31744: 2 blocks, 16 warps",
                          "carve_out_percent >= 65: 2 blocks, 16 warps"));
}

TEST(OccupancyAdvice, ALaunchThatDoesNotFitIsMadeToFit) {
  EXPECT_THAT(advice({8, 0}, 1024, 65, 0),
              ElementsAre("registers_per_thread <= 64: 1 blocks, 32 warps"));
  EXPECT_THAT(advice({8, 0}, 2000, 300, 200 << 10),
              ElementsAre("threads_per_block <= 1024: registers_per_thread <= 64: "
                          "shared_bytes_per_block <= 166912: 1 blocks, 32 warps"));
}

}  // namespace
}  // namespace weft::machine
