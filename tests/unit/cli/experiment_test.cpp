// SPDX-License-Identifier: Apache-2.0
#include "cli/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::cli {

namespace {

using testing::ElementsAre;

constexpr const char* kWhole = R"(experiment: 1
name: demo
machines:
  - piuma-smash
  - {machine: piuma-smash, set: {core.mtc.threads: 32}}
  - mine/tiny.yaml
kernels:
  - smash_v1
  - {kernel: spgemm_inner, inputs: [small], machines: [piuma-smash], params: {T: 4}, values: false}
inputs:
  large: {A: "rmat:scale=12,edges=50000,seed=1", B: A^T}
  small: {A: data/a.mtx, B: A}
references: cpu
repetitions: 3
timeout_s: 0.5
)";

struct Reading {
  Experiment experiment;
  std::vector<std::string> messages;
};

Reading read(std::string_view text) {
  base::Diagnostics diagnostics;
  const base::YamlNode root = base::read_yaml_text(text, "lab/x.yaml", diagnostics);
  Experiment experiment = read_experiment(root, diagnostics);
  return {std::move(experiment), diagnostics.messages()};
}

std::vector<std::string> errors(std::string_view text) {
  return read(text).messages;
}

TEST(Experiment, ReadsEveryPart) {
  const auto [experiment, messages] = read(kWhole);
  EXPECT_THAT(messages, ElementsAre());
  EXPECT_EQ(experiment.name, "demo");
  EXPECT_EQ(experiment.machines.at(1).label(), "piuma-smash (core.mtc.threads=32)");
  EXPECT_EQ(experiment.kernels.at(1).params, std::vector<std::string>{"T=4"});
  EXPECT_FALSE(experiment.kernels.at(1).values);
  EXPECT_THAT(experiment.references, ElementsAre("cpu"));
  EXPECT_EQ(experiment.repetitions, 3);
  EXPECT_EQ(experiment.timeout_s, 0.5);
}

TEST(Experiment, FilesAreRelativeToTheDocument) {
  const Experiment experiment = read(kWhole).experiment;
  EXPECT_EQ(experiment.machines.at(2).machine, "lab/mine/tiny.yaml");
  EXPECT_EQ(experiment.machines.at(2).label(), "tiny");
  EXPECT_THAT(experiment.inputs.at(0).sources,
              ElementsAre("A=rmat:scale=12,edges=50000,seed=1", "B=A^T"));
  EXPECT_THAT(experiment.inputs.at(1).sources, ElementsAre("A=lab/data/a.mtx", "B=A"));
}

TEST(Experiment, StepsAreTheProductWithoutWhatIsFilteredOut) {
  const Experiment experiment = read(kWhole).experiment;
  std::vector<std::string> titles;
  for (const ExperimentStep& step : steps(experiment)) {
    titles.push_back(step.input->name + "/" + step.machine->label() + "/" + step.kernel->kernel);
  }
  EXPECT_THAT(
      titles,
      ElementsAre("large/piuma-smash/smash_v1", "large/piuma-smash (core.mtc.threads=32)/smash_v1",
                  "large/tiny/smash_v1", "small/piuma-smash/smash_v1",
                  "small/piuma-smash/spgemm_inner",
                  "small/piuma-smash (core.mtc.threads=32)/smash_v1",
                  "small/piuma-smash (core.mtc.threads=32)/spgemm_inner", "small/tiny/smash_v1"));
}

TEST(Experiment, NamesUnknownAndMissingKeys) {
  EXPECT_THAT(
      errors("experiment: 1\nname: x\nmachine: [a]\nkernels: [k]\ninputs: {i: {A: a.mtx}}\n"),
      ElementsAre("lab/x.yaml:3:1: machine: unknown key 'machine'; did you mean 'machines'?",
                  "lab/x.yaml:1:1: missing key 'machines'"));
  EXPECT_THAT(
      errors(
          "experiment: 1\nname: x\nmachines: [{machin: a}]\nkernels: [{kernel: k, set: {a: 1}}]\n"
          "inputs: {i: {A: a.mtx}}\n"),
      ElementsAre(
          "lab/x.yaml:3:13: machines[0].machin: unknown key 'machin'; did you mean 'machine'?",
          "lab/x.yaml:3:12: machines[0]: missing key 'machine'",
          "lab/x.yaml:4:23: kernels[0].set: unknown key 'set'"));
}

TEST(Experiment, ANameIsNoWayOutOfTheFolderOfResults) {
  for (const char* name : {"..", ".", "../x", "/tmp/x"}) {
    EXPECT_THAT(errors("experiment: 1\nname: " + std::string(name) +
                       "\nmachines: [m]\nkernels: [k]\ninputs: {i: {A: a.mtx}}\n"),
                ElementsAre(testing::HasSubstr("name: expected a name without '/'")));
  }
}

TEST(Experiment, NamesWrongValues) {
  EXPECT_THAT(
      errors("experiment: 2\nname: a/b\nmachines: [m]\nkernels: [[k]]\ninputs: [a]\nrepetitions: "
             "many\n"
             "references: [gpu]\ntimeout_s: -1\n"),
      ElementsAre(
          "lab/x.yaml:1:13: experiment: expected version 1, found '2'",
          "lab/x.yaml:2:7: name: expected a name without '/', since it names the folder of the "
          "results, found 'a/b'",
          "lab/x.yaml:4:11: kernels[0]: expected a kernel: a name, a file, or a map with the key "
          "'kernel', found a list",
          "lab/x.yaml:5:9: inputs: expected a map from name to tensors, found a list",
          "lab/x.yaml:7:14: references[0]: expected the target cpu, found 'gpu'",
          "lab/x.yaml:6:14: repetitions: expected an integer in [1, 1000], found 'many'",
          "lab/x.yaml:8:12: timeout_s: expected a positive number of seconds, found '-1'"));
}

TEST(Experiment, FiltersNameWhatTheExperimentHas) {
  EXPECT_THAT(
      errors("experiment: 1\nname: x\nmachines: [m]\ninputs: {small: {A: a.mtx}}\n"
             "kernels: [{kernel: k, inputs: [smal], machines: [other]}]\n"),
      ElementsAre("lab/x.yaml:5:32: kernels[0].inputs[0]: expected one of small, found 'smal'; did "
                  "you mean "
                  "'small'?",
                  "lab/x.yaml:5:50: kernels[0].machines[0]: expected one of m, found 'other'"));
}

TEST(Experiment, RefusesWhatIsNoMap) {
  EXPECT_THAT(errors("- 1\n"), ElementsAre("lab/x.yaml:1:1: expected an experiment, found a list"));
}

TEST(Experiment, AnInputWithoutTensorsIsForKernelsThatNameIt) {
  const auto [experiment, messages] = read(R"(experiment: 1
name: dense
machines: [h200]
kernels:
  - spgemm_row_hash
  - {kernel: gemm, inputs: [square], params: {M: 64}}
inputs:
  small: {A: a.mtx}
  square: {}
)");
  EXPECT_THAT(messages, ElementsAre());
  const std::vector<ExperimentStep> all = steps(experiment);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].kernel->kernel + " " + all[0].input->name, "spgemm_row_hash small");
  EXPECT_EQ(all[1].kernel->kernel + " " + all[1].input->name, "gemm square");
}

}  // namespace

}  // namespace weft::cli
