// SPDX-License-Identifier: Apache-2.0
#include "cli/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::cli {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kWorkload = R"(workload: 1
name: net
paper: Somebody, 2024
computes: layers
bound: nothing
gains: nothing
machines: [h200]
params: {tokens: 128, dtype: bf16}
small: {tokens: 4, d: 8}
models:
  one: {d: 64, layers: 3}
  two: {d: 96, layers: 5}
steps:
  up: {kernel: gemm, params: {M: 4*d, K: d, N: tokens, dtype: dtype}, times: layers, values: false}
  walk: {kernel: [mine.yaml, spmm], inputs: {A: "uniform:rows={d},cols={2*d},nnz={d*4}"}, total: apart}
)";

struct ReadWorkload {
  Workload workload;
  std::vector<std::string> messages;
};

ReadWorkload read_choice(const std::string& text, const WorkloadChoice& choice = {}) {
  base::Diagnostics diagnostics;
  const base::YamlNode root = base::read_yaml_text(text, "lab/x.yaml", diagnostics);
  Workload workload = read_workload(root, choice, diagnostics);
  return {std::move(workload), diagnostics.messages()};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Workload, WorksOutSizesForEveryModel) {
  const auto [workload, messages] = read_choice(kWorkload);
  EXPECT_THAT(messages, IsEmpty());
  ASSERT_EQ(workload.steps.size(), 4U);
  const WorkloadStep& up = workload.steps.at(2);
  EXPECT_EQ(up.input(), "two.up");
  EXPECT_THAT(up.params, ElementsAre("M=384", "K=96", "N=128", "dtype=bf16"));
  EXPECT_EQ(up.times, 5);
  EXPECT_FALSE(up.values);
  EXPECT_THAT(workload.steps.at(1).kernels, ElementsAre("lab/mine.yaml", "spmm"));
  EXPECT_THAT(workload.steps.at(1).sources, ElementsAre("A=uniform:rows=64,cols=128,nnz=256"));
}

TEST(Workload, GivenSizesComeBeforeSmallOnesAndThoseBeforeTheModels) {
  const WorkloadChoice choice{.params = {"tokens=6"}, .machines = {"v100"}, .small = true};
  const Workload workload = read_choice(kWorkload, choice).workload;
  ASSERT_EQ(workload.steps.size(), 2U) << "small sizes make all models one";
  EXPECT_THAT(workload.steps.front().params, ElementsAre("M=32", "K=8", "N=6", "dtype=bf16"));
  EXPECT_TRUE(workload.steps.front().values);
  EXPECT_THAT(workload.machines, ElementsAre("v100"));
}

TEST(Workload, WrongSizesAreNamedWithTheNearest) {
  EXPECT_THAT(
      read_choice(with(kWorkload, "N: tokens", "N: token")).messages,
      ElementsAre(
          "lab/x.yaml:14:48: steps.up.params.N: expected an expression of the parameters d, "
          "dtype, layers, tokens, found 'token'; did you mean 'tokens'?"))
      << "once, not for each model";
  EXPECT_THAT(read_choice(with(kWorkload, "nnz={d*4}", "nnz={d*4")).messages,
              ElementsAre(HasSubstr("expected '}' after '{'")));
  EXPECT_THAT(read_choice(with(kWorkload, "small: {tokens", "small: {token")).messages,
              ElementsAre(HasSubstr("unknown key 'token'; did you mean 'tokens'?")));
  try {
    read_choice(kWorkload, {.params = {"token=6"}, .machines = {}, .small = false});
    ADD_FAILURE() << "expected an error";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.messages(), ElementsAre("--param token=6: expected one of d, dtype, layers, "
                                              "tokens, found 'token'; did you mean 'tokens'?"));
  }
}

TEST(Workload, RunsAsAnExperimentWithAnInputForEachStep) {
  const Experiment experiment = experiment_of(read_choice(kWorkload).workload);
  std::vector<std::string> runs;
  for (const ExperimentStep& step : steps(experiment))
    runs.push_back(step.input->name + " " + step.kernel->kernel);
  EXPECT_THAT(runs, ElementsAre("one.up gemm", "one.walk lab/mine.yaml", "one.walk spmm",
                                "two.up gemm", "two.walk lab/mine.yaml", "two.walk spmm"));
}

cli::Run run_of(const std::string& input, double time_s) {
  cli::Run run;
  run.input = input;
  run.label = "h200";
  run.time_s = time_s;
  run.energy_total_j = 2 * time_s;
  return run;
}

TEST(WorkloadTotals, AddUpOccurrencesOfTheFirstKernelAndKeepAlternativesApart) {
  const Workload workload = read_choice(kWorkload).workload;
  const std::vector<cli::Run> runs = {run_of("one.up", 2), run_of("one.walk", 7),
                                      run_of("one.walk", 5), run_of("two.up", 3)};
  const std::vector<WorkloadTotal> totals = workload_totals(workload, runs);
  ASSERT_EQ(totals.size(), 3U) << "the walk of two was not run";
  EXPECT_EQ(totals.at(0).model, "one");
  EXPECT_EQ(totals.at(0).time_s, 6);
  EXPECT_EQ(totals.at(0).energy_j, 12);
  EXPECT_EQ(totals.at(1).model, "one, apart");
  EXPECT_EQ(totals.at(1).time_s, 7);
  EXPECT_EQ(totals.at(2).steps, 5);
}

}  // namespace

}  // namespace weft::cli
