// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "mapper/lower_spgemm.h"

namespace weft::mapper {
namespace {

/// Tests compile for a default target: its counts are those of a machine that says nothing.
TEST(FabricTarget, DefaultCountsAreThoseOfTheInstructionTable) {
  const FabricTarget from_machine = fabric_target({});
  const FabricTarget by_default;
  EXPECT_EQ(by_default.scalar, from_machine.scalar);
  EXPECT_EQ(by_default.slots, from_machine.slots);
}

}  // namespace
}  // namespace weft::mapper
