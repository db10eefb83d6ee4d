// SPDX-License-Identifier: Apache-2.0
#include "cli/calibrate/search.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cli/calibrate/calibration_output.h"

namespace weft::cli::calibrate {
namespace {

TEST(Search, FindsTheLeastOfAKinkedFunction) {
  const auto kink = [](double x) { return std::abs(std::log(x / 7)); };
  EXPECT_NEAR(minimize({1, 20}, 2, kink), 7, 0.05);
  EXPECT_NEAR(minimize({8, 20}, 9, kink), 8, 0.05) << "at a bound";
}

TEST(Search, StaysWhereNothingIsBetter) {
  EXPECT_EQ(minimize({1, 20}, 3, [](double) { return 5.0; }), 3);
  EXPECT_EQ(descend({}, {}, [](const std::vector<double>&) { return 1.0; }).size(), 0U);
}

/// Two parameters that lean on each other need more than one round.
TEST(Search, DescendsAValley) {
  const auto valley = [](const std::vector<double>& x) {
    const double a = std::log(x[0] / 4), b = std::log(x[1] / 30);
    return a * a + b * b + a * b;
  };
  const auto at = descend({{1, 20}, {5, 120}}, {10, 10}, valley);
  EXPECT_NEAR(at[0], 4, 0.2);
  EXPECT_NEAR(at[1], 30, 1.5);
}

TEST(CalibrationParameter, ReadsItsText) {
  EXPECT_EQ(parse_parameter("energy.scale@7.5=0.5..3"), (Parameter{"energy.scale", "7.5", 0.5, 3}));
  EXPECT_EQ(parse_parameter("l2.bytes_per_cycle=10..20").name(), "l2.bytes_per_cycle");
  for (const char* text : {"", "energy.scale", "energy.scale=3", "energy.scale=0..3", "=1..2",
                           "energy.scale=3..3", "energy.scale=a..b"})
    EXPECT_THROW(parse_parameter(text), base::UserError) << text;
}

TEST(CalibrationOverlay, NestsKeysAndKeepsCapabilitiesApart) {
  Calibration calibration;
  calibration.parameters = {{{"energy.shared_byte_pj", "", 1, 20}, 5.5, 6.25},
                            {{"energy.l2_byte_pj", "", 1, 20}, 30, 28},
                            {{"sm.tensor.sparse_factor", "8.6", 1, 2}, 1.6, 1.58},
                            {{"energy.scale", "7.5", 1, 2}, 1.7, std::nullopt}};
  const auto documents = overlays(calibration, "weft calibrate x");
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents.at(""),
            "# Values for all GPUs, to lay over a machine: --set @FILE.\n# weft calibrate x\n"
            "energy:\n"
            "  l2_byte_pj: 28  # fitted; the preset had 30\n"
            "  shared_byte_pj: 6.25  # fitted; the preset had 5.5\n");
  EXPECT_EQ(documents.at("8.6"),
            "# Values for compute capability 8.6, to lay over a machine: --set @FILE.\n"
            "# weft calibrate x\nsm:\n  tensor:\n"
            "    sparse_factor: 1.58  # fitted; the preset had 1.6\n");
}

}  // namespace
}  // namespace weft::cli::calibrate
