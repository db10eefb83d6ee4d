// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/evaluate.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nest_machine.h"

namespace weft::tests {
namespace {

using testing::ElementsAre;

einsum::Operands evaluated(const std::string& text, einsum::Operands values) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel = nest_kernel(text, diagnostics);
  diagnostics.throw_if_any();
  einsum::evaluate(kernel, values);
  return values;
}

const std::string kVectors =
    "kir: 1\nkernel: k\nparams: {N: 3}\nindex: {i: N, j: N}\n"
    "tensors:\n"
    "  A: {dims: [i, j], dtype: f64, levels: csr}\n"
    "  B: {dims: [i, j], dtype: f64, levels: csr}\n"
    "  x: {dims: [j], dtype: f64, levels: [dense(j)]}\n"
    "  y: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
    "  Z: {dims: [i, j], dtype: f64, levels: csr}\n";

/// A = [[2, 0, -1], [0, 0, 0], [0, -3, 0]], B = [[0, 5, 7], [0, 0, 0], [1, 0, 0]], x = [1, 2, 3].
einsum::Operands given() {
  return {{"A", {{3, 3}, false, {0, 0, 0, 2, 2, 1}, {2, -1, -3}}},
          {"B", {{3, 3}, false, {0, 1, 0, 2, 2, 0}, {5, 7, 1}}},
          {"x", {{3}, true, {}, {1, 2, 3}}}};
}

TEST(Evaluate, SumsOfProducts) {
  const auto values = evaluated(kVectors + "compute: [s: 'y[i] += A[i,j] * x[j]']\n", given());
  EXPECT_THAT(values.at("y").values, ElementsAre(-1, 0, -6));
}

TEST(Evaluate, AProductTakesTheCommonEntriesAndASumAllOfThem) {
  auto values = evaluated(kVectors + "compute: [s: 'Z[i,j] = A[i,j] * B[i,j]']\n", given());
  EXPECT_THAT(values.at("Z").coordinates, ElementsAre(0, 2));
  EXPECT_THAT(values.at("Z").values, ElementsAre(-7));
  values = evaluated(kVectors + "compute: [s: 'Z[i,j] = A[i,j] - 2 * B[i,j]']\n", given());
  EXPECT_THAT(values.at("Z").coordinates, ElementsAre(0, 0, 0, 1, 0, 2, 2, 0, 2, 1));
  EXPECT_THAT(values.at("Z").values, ElementsAre(2, -10, -15, -2, -3));
}

TEST(Evaluate, ExtremesAreOfStoredEntriesAlone) {
  auto values = evaluated(kVectors + "compute: [s: 'y[i] max= A[i,j] * x[j]']\n", given());
  EXPECT_THAT(values.at("y").values, ElementsAre(2, 0, -6));
  values = evaluated(kVectors + "compute: [s: 'y[i] min= A[i,j] + B[i,j]']\n", given());
  EXPECT_THAT(values.at("y").values, ElementsAre(2, 0, -3));
  values = evaluated(kVectors + "compute: [s: 'y[i] or= A[i,j]']\n", given());
  EXPECT_THAT(values.at("y").values, ElementsAre(1, 0, 1));
}

TEST(Evaluate, APatternMasksItsTensor) {
  std::string text = kVectors + "compute: [s: 'Z[i,j] += A[i,k] * B[k,j]']\n";
  text.replace(text.find("index: {i: N, j: N}"), 19, "index: {i: N, j: N, k: N}");
  text.replace(text.find("Z: {dims: [i, j], dtype: f64, levels: csr}"), 42,
               "Z: {dims: [i, j], dtype: f64, levels: csr, pattern: B}");
  const auto values = evaluated(text, given());
  EXPECT_THAT(values.at("Z").coordinates, ElementsAre(0, 1, 0, 2, 2, 0));
  EXPECT_THAT(values.at("Z").values, ElementsAre(10, 14, 0));  // row 0: 2 B[0] - B[2]
}

TEST(Evaluate, AFullPatternMasksNothing) {
  std::string text = kVectors + "compute: [s: 'w[i] = 2 * x[i]']\n";
  text.replace(text.find("compute"), 0,
               "  w: {dims: [i], dtype: f64, levels: [dense(i)], pattern: x}\n");
  const auto values = evaluated(text, given());
  const std::vector<double>& x = values.at("x").values;
  EXPECT_THAT(values.at("w").values, ElementsAre(2 * x[0], 2 * x[1], 2 * x[2]));
}

TEST(Evaluate, ARecurrenceGoesStepByStep) {
  const auto values = evaluated(
      "kir: 1\nkernel: k\nparams: {T: 4}\nindex: {t: T}\n"
      "tensors: {h: {dims: ['T+1'], dtype: f64, levels: [gen(i0)]}}\n"
      "compute: [{repeat: {t: [step]}}, step: 'h[t+1] = 2 * h[t] + 1']\n",
      {{"h", {{5}, true, {}, {1, 0, 0, 0, 0}}}});
  EXPECT_THAT(values.at("h").values, ElementsAre(1, 3, 7, 15, 31));
}

TEST(Evaluate, AGatherTakesTheElementThatItsIndexNames) {
  const auto values = evaluated(
      "kir: 1\nkernel: k\nparams: {N: 3}\nindex: {i: N}\n"
      "tensors:\n"
      "  P: {dims: [i], dtype: i32, levels: [dense(i)]}\n"
      "  x: {dims: [N], dtype: f64, levels: [dense(i0)]}\n"
      "  y: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
      "compute: [s: 'y[i] = x[P[i]] / 2']\n",
      {{"P", {{3}, true, {}, {2, 0, 0}}}, {"x", {{3}, true, {}, {4, 6, 8}}}});
  EXPECT_THAT(values.at("y").values, ElementsAre(4, 2, 2));
}

const std::string kGather =
    "kir: 1\nkernel: k\nparams: {N: 3, M: 2}\nindex: {i: N, j: M}\n"
    "tensors:\n"
    "  P: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
    "  Q: {dims: [i], dtype: f64, levels: [dense(i)]}\n"
    "  x: {dims: [N], dtype: f64, levels: [dense(i0)]}\n"
    "  y: {dims: [i], dtype: f64, levels: [dense(i)]}\n";

/// Why `y[i] += x[subscript]` is refused with these index arrays.
std::string gather_refused(const std::string& subscript, std::vector<double> p,
                           std::vector<double> q = {0, 1, 2}) {
  try {
    evaluated(kGather + "compute: [s: 'y[i] += x[" + subscript + "]']\n",
              {{"P", {{3}, true, {}, std::move(p)}},
               {"Q", {{3}, true, {}, std::move(q)}},
               {"x", {{3}, true, {}, {4, 6, 8}}}});
  } catch (const base::UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Evaluate, AGatherStaysInsideItsTensor) {
  using testing::HasSubstr;
  EXPECT_EQ(gather_refused("P[i]", {2, 1, 0}), "");
  EXPECT_THAT(gather_refused("P[i]", {0, 1, 3}),
              HasSubstr("subscript 'P[i]' of x reaches 3, but dim i0 is 0 to 2: P[2] is 3"));
  EXPECT_THAT(gather_refused("P[i]", {0, -1, 0}), HasSubstr("reaches -1"));
  EXPECT_THAT(gather_refused("P[i]", {0, 0.5, 0}), HasSubstr("comes to no integer: P[1] is 0.5"));
  EXPECT_THAT(gather_refused("P[i]", {0, NAN, 0}), HasSubstr("comes to no integer: P[1] is nan"));
  EXPECT_EQ(gather_refused("P[Q[i]]", {2, 1, 0}, {2, 1, 0}), "");
  EXPECT_THAT(gather_refused("P[Q[i]]", {2, 1, 0}, {2, 1, 9}),
              HasSubstr("subscript 'Q[i]' of P reaches 9"));
  // Ranges alone would refuse what no point reaches.
  EXPECT_EQ(gather_refused("P[i] - i", {0, 1, 4}), "");
  EXPECT_EQ(gather_refused("P[j] + Q[j]", {1, 1, 9}, {1, 0, 9}), "");
  EXPECT_THAT(gather_refused("i/P[i]", {1, 0, 1}), HasSubstr("P[1] is 0"));
}

TEST(Evaluate, AnIndexArrayComesFromOutside) {
  EXPECT_THAT(
      [] {
        evaluated(kGather + "compute: [{w: 'P[i] = Q[i]'}, {s: 'y[i] = x[P[i]]'}]\n",
                  {{"Q", {{3}, true, {}, {0, 1, 2}}}, {"x", {{3}, true, {}, {4, 6, 8}}}});
      },
      testing::ThrowsMessage<base::UserError>(testing::HasSubstr("but w writes it")));
}

TEST(Evaluate, EqualInfinitiesAndExpectedNansAreNoMismatch) {
  const auto deviation = [](std::vector<double> found, std::vector<double> expected) {
    dense::Deviation result;
    result.tolerance = 0.1;
    dense::compare_elements("y", found, expected, 0, result);
    return result;
  };
  EXPECT_TRUE(deviation({INFINITY, NAN, 1}, {INFINITY, NAN, 1.01}).passed());
  EXPECT_EQ(deviation({INFINITY, 2}, {INFINITY, 1}).first_mismatch, "y[1]: expected 1, found 2");
  EXPECT_EQ(deviation({0}, {INFINITY}).first_mismatch, "y[0]: expected inf, found 0");
  EXPECT_FALSE(deviation({NAN}, {1}).passed());
}

TEST(Evaluate, AWrongValueIsAMismatch) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel =
      nest_kernel(kVectors + "compute: [s: 'y[i] += A[i,j] * x[j]']\n", diagnostics);
  einsum::Operands expected = given();
  einsum::evaluate(kernel, expected);
  einsum::Operands found = expected;
  EXPECT_TRUE(einsum::compare(kernel, einsum::result_tensors(kernel), found, expected).passed());
  found["y"].values[2] += 0.001;
  EXPECT_EQ(einsum::compare(kernel, einsum::result_tensors(kernel), found, expected).first_mismatch,
            "y[2]: expected -6, found -5.999");
}

}  // namespace
}  // namespace weft::tests
