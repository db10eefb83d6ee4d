// SPDX-License-Identifier: Apache-2.0
#include "mapper/check_units.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/lower_spgemm.h"

namespace weft::mapper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A plan as version 3 of SMASH has it, its words on lines 1 to 4 of a document.
SpgemmPlan smash_plan() {
  SpgemmPlan plan;
  plan.windows = true;
  plan.b = {.dma = true, .buffers = 2};
  plan.dma_writeback = true;
  plan.lines.statement = {"k.yaml", 1, 1};
  plan.lines.balance = {"k.yaml", 2, 1};
  plan.lines.hold_b = {"k.yaml", 3, 1};
  plan.lines.accumulate = {"k.yaml", 4, 1};
  return plan;
}

std::vector<std::string> errors_of(const machine::FabricDescription& fabric) {
  base::Diagnostics diagnostics;
  check_units(smash_plan(), fabric_target(fabric), diagnostics);
  return diagnostics.messages();
}

TEST(Units, OfTheDefaultMachineAreAllThere) {
  EXPECT_THAT(errors_of({}), IsEmpty());
}

TEST(Units, ADmaEngineIsNeededByFillsAndWriteback) {
  machine::FabricDescription fabric;
  fabric.dma.engines_per_core = 0;
  EXPECT_THAT(
      errors_of(fabric),
      ElementsAre("k.yaml:3:1: error: hold B: via: dma needs a DMA engine, which the machine "
                  "lacks (dma.engines_per_core: 0); expected load or threads",
                  "k.yaml:4:1: error: accum Z: writeback: dma needs a DMA engine, which the "
                  "machine lacks (dma.engines_per_core: 0); expected load or threads"));
}

TEST(Units, ADmaEngineMustCopy) {
  machine::FabricDescription fabric;
  fabric.dma.operations = {machine::DmaOperation::Gather};
  EXPECT_EQ(errors_of(fabric).size(), 2U);
}

TEST(Units, TokensNeedTheQueueEngine) {
  machine::FabricDescription fabric;
  fabric.queue_engine.enabled = false;
  EXPECT_THAT(
      errors_of(fabric),
      ElementsAre("k.yaml:2:1: error: balance: token or dynamic needs a queue engine, which "
                  "the machine lacks (queue_engine.enabled: false); expected static"));
}

TEST(Units, BarriersNeedTheCollectiveEngine) {
  machine::FabricDescription fabric;
  fabric.collective_engine.enabled = false;
  EXPECT_EQ(errors_of(fabric).size(), 1U);
}

}  // namespace
}  // namespace weft::mapper
