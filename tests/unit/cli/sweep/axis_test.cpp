// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::cli::sweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  Axis axis;
  std::vector<std::string> messages;
};

Read read(const std::string& values) {
  base::Diagnostics diagnostics;
  const base::YamlNode root = base::read_yaml_text("x: " + values, "a.yaml", diagnostics);
  Read result{read_axis(root.entries().front(), diagnostics), {}};
  result.messages = diagnostics.messages();
  return result;
}

TEST(Axis, TakesValuesAsTheyAreWritten) {
  EXPECT_THAT(read("[1, 2KiB, smash_v3]").axis.values, ElementsAre("1", "2KiB", "smash_v3"));
  EXPECT_THAT(read("7").axis.values, ElementsAre("7"));
}

TEST(Axis, RangesHaveStepsOfTheirKindAndUnit) {
  EXPECT_THAT(read("{from: 8, to: 32, step: 8}").axis.values, ElementsAre("8", "16", "24", "32"));
  EXPECT_THAT(read("{from: 0, to: 1, step: 0.5}").axis.values, ElementsAre("0", "0.5", "1"));
  EXPECT_THAT(read("{from: 1, to: 2, steps: 3}").axis.values, ElementsAre("1", "1.5", "2"));
  EXPECT_THAT(read("{from: 0.1, to: 0.3, step: 0.1}").axis.values,
              ElementsAre("0.1", "0.2", "0.3"));
  EXPECT_THAT(read("{from: 512KiB, to: 4MiB, factor: 2}").axis.values,
              ElementsAre("512KiB", "1MiB", "2MiB", "4MiB"));
  EXPECT_THAT(read("{from: 45ns, to: 180ns, steps: 4}").axis.values,
              ElementsAre("45ns", "90ns", "135ns", "180ns"));
  EXPECT_THAT(read("{from: 1, to: 1000, log_steps: 4}").axis.values,
              ElementsAre("1", "10", "100", "1000"));
  EXPECT_THAT(read("{from: 1, to: 4, factor: 1.4}").axis.values, ElementsAre("1", "2", "3", "4"))
      << "whole ends give whole values by factors, each once";
  EXPECT_THAT(read("{from: 1.0, to: 4, factor: 1.5}").axis.values,
              ElementsAre("1", "1.5", "2.25", "3.375"));
}

TEST(Axis, ARangeWithoutStepsIsDrawnFrom) {
  const Axis whole = read("{from: 16, to: 64}").axis;
  EXPECT_TRUE(whole.values.empty());
  EXPECT_EQ(whole.text_at(0), "16");
  EXPECT_EQ(whole.text_at(0.501), "40");
  EXPECT_EQ(read("{from: 1, to: 10000, log: true}").axis.text_at(0.5), "100");
  EXPECT_EQ(read("{from: 1.0, to: 2.0}").axis.text_at(0.123456), "1.123") << "four digits";
  EXPECT_EQ(read("{from: 45ns, to: 145ns}").axis.text_at(0.5), "95ns");
  EXPECT_EQ(read("[a, b, c]").axis.text_at(0.7), "c");
}

TEST(Axis, DefectsAreNamed) {
  EXPECT_THAT(read("{from: 1}").messages, ElementsAre(HasSubstr("missing key 'to'")));
  EXPECT_THAT(read("{from: 4, to: 2, step: 1}").messages,
              ElementsAre(HasSubstr("expected from below to")));
  EXPECT_THAT(read("{from: 1ns, to: 2KiB, steps: 2}").messages,
              ElementsAre(HasSubstr("expected the same unit")));
  EXPECT_THAT(read("{from: 0, to: 8, factor: 2}").messages,
              ElementsAre(HasSubstr("expected from above 0")));
  EXPECT_THAT(read("{from: 1, to: 8, factor: 1}").messages,
              ElementsAre(HasSubstr("expected more than 1")));
  EXPECT_THAT(read("{from: 1, to: 8, stepz: 1}").messages,
              ElementsAre(HasSubstr("did you mean 'step'?")));
  EXPECT_THAT(read("{from: 1, to: 8, step: 1, steps: 3}").messages,
              ElementsAre(HasSubstr("expected one of")));
  EXPECT_THAT(read("{from: 1, to: 1e12, step: 1}").messages,
              ElementsAre(HasSubstr("at most 100000 values")));
  EXPECT_THAT(read("[]").messages, ElementsAre(HasSubstr("at least one value")));
  EXPECT_THAT(read("[[1]]").messages, ElementsAre(HasSubstr("expected a value, found a list")));
}

TEST(Axis, NumbersAreInTheUnitsThatWeftKeeps) {
  EXPECT_EQ(number_of("2KiB"), 2048);
  EXPECT_EQ(number_of("90ns"), 90);
  EXPECT_EQ(number_of("0.5"), 0.5);
  EXPECT_EQ(number_of("smash_v3"), std::nullopt);
}

}  // namespace
}  // namespace weft::cli::sweep
