// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/form.h"

#include <gtest/gtest.h>

namespace weft::program {
namespace {

TEST(Form, ABlockOfASplitIndexIsItsOuterVariable) {
  FormSpace space;
  const Form outer = variable_form(space.add_variable({0, 9}));
  const Form inner = variable_form(space.add_variable({0, 15}));
  const Form index = scaled(outer, 16) + inner;
  EXPECT_EQ(space.quotient(index, constant_form(16)), outer);
  EXPECT_EQ(space.remainder(index, constant_form(16)), inner);
}

TEST(Form, AQuotientThatDoesNotSimplifyRoundsDown) {
  FormSpace space;
  const int32_t i = space.add_variable({-5, 9});
  const Form half = space.quotient(variable_form(i), constant_form(2));
  const Form odd = space.remainder(variable_form(i), constant_form(2));
  for (int64_t value = -5; value <= 9; ++value) {
    std::vector<int64_t> values(space.size(), 0);
    values[static_cast<size_t>(i)] = value;
    EXPECT_EQ(space.value(half, values.data()) * 2 + space.value(odd, values.data()), value);
    EXPECT_EQ(space.value(odd, values.data()), value & 1);
  }
  EXPECT_FALSE(space.linear_in(half, i));
}

TEST(Form, DivisorsThatRangesLetBeZeroCountAsOne) {
  FormSpace space;
  const int32_t m = space.add_variable({0, 7});
  const int32_t k = space.add_variable({0, 2});
  const Form quotient = space.quotient(variable_form(m), variable_form(k));
  const Form remainder = space.remainder(variable_form(m), variable_form(k));
  std::vector<Range> ranges(space.size(), Range{});
  ranges[static_cast<size_t>(m)] = {0, 7};
  EXPECT_EQ(space.range(quotient, ranges), (Range{0, 7}));
  EXPECT_EQ(space.range(remainder, ranges).low, 0);
  const std::vector<int64_t> values(space.size(), 0);
  EXPECT_EQ(space.value(quotient, values.data()), 0);
}

TEST(Form, AProductWithAPowerOfAnotherVariableIsLinear) {
  FormSpace space;
  const int32_t g = space.add_variable({0, 7});
  const int32_t stage = space.add_variable({0, 3});
  const Form form = space.product(scaled(variable_form(g), 2),
                                  space.power(constant_form(2), variable_form(stage)));
  EXPECT_TRUE(space.linear_in(form, g));
  EXPECT_FALSE(space.linear_in(form, stage));
  EXPECT_EQ(space.range(form), (Range{0, 14 * 8}));
}

TEST(Form, BoundsOfPowersStopAtTheLargestInteger) {
  FormSpace space;
  const Form exponent = variable_form(space.add_variable({0, INT32_MAX}));
  EXPECT_EQ(space.range(space.power(constant_form(2), exponent)).high, INT64_MAX);
}

TEST(Form, AGatherReadsItsArray) {
  FormSpace space;
  const int32_t i = space.add_variable({0, 2});
  const std::vector<double> places = {5, 3, 8};
  space.set_array(0, places.data());
  const Form form = space.gather(0, variable_form(i), {0, 8}) + constant_form(1);
  std::vector<int64_t> values(space.size(), 0);
  values[static_cast<size_t>(i)] = 2;
  EXPECT_EQ(space.value(form, values.data()), 9);
  EXPECT_EQ(space.gathers(form), 1);
}

}  // namespace
}  // namespace weft::program
