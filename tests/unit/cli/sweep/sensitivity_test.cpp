// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/sensitivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::cli::sweep {
namespace {

Sweep sweep_along(const std::vector<std::string>& axes) {
  Sweep sweep;
  for (const std::string& name : axes) sweep.axes.push_back({{name, {}, std::nullopt, {}}});
  sweep.objectives.push_back({"time", {}, false});
  return sweep;
}

Outcome outcome(const nlohmann::ordered_json& axes, double value) {
  return {{"", Status::Ok, axes, {}}, {value}, true};
}

// time = a * 10^b, by hand: a in {1, 2}, b in {0, 1}.
TEST(Sensitivity, MeansAreOverAllValuesOfTheOtherAxes) {
  const std::vector<Outcome> outcomes = {
      outcome({{"a", 1}, {"b", 0}}, 1), outcome({{"a", 2}, {"b", 0}}, 2),
      outcome({{"a", 1}, {"b", 1}}, 10), outcome({{"a", 2}, {"b", 1}}, 20)};
  const std::vector<Effect> effects = effects_on(sweep_along({"a", "b"}), outcomes, 0);
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].axis, "b") << "the larger one is first";
  EXPECT_NEAR(effects[0].ratio(), 10, 1e-9);
  EXPECT_EQ(effects[0].best_value, "0");
  EXPECT_NEAR(effects[1].ratio(), 2, 1e-9);
  EXPECT_NEAR(effects[0].share + effects[1].share, 1, 1e-9) << "they explain all of it";
}

TEST(Sensitivity, AnAxisWithoutEffectExplainsNothing) {
  const std::vector<Outcome> outcomes = {outcome({{"a", "x"}}, 3), outcome({{"a", "y"}}, 3)};
  const std::vector<Effect> effects = effects_on(sweep_along({"a"}), outcomes, 0);
  EXPECT_EQ(effects[0].share, 0);
  EXPECT_EQ(effects[0].ratio(), 1);
}

TEST(Sensitivity, ManyNumbersAreCutIntoFourGroups) {
  std::vector<Outcome> outcomes;
  for (int i = 1; i <= 40; ++i) outcomes.push_back(outcome({{"a", i}}, i));
  const std::vector<Effect> effects = effects_on(sweep_along({"a"}), outcomes, 0);
  EXPECT_EQ(effects[0].best_value, "1 to 10");
  EXPECT_EQ(effects[0].worst_value, "31 to 40");
}

}  // namespace
}  // namespace weft::cli::sweep
