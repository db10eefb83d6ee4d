// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "cli/experiment.h"
#include "cli/run.h"

namespace weft::cli {

/// Which of its runs a workload is asked for.
struct WorkloadChoice {
  std::vector<std::string> params;  // "PARAMETER=VALUE": in place of the document's, in all models
  std::vector<std::string> machines;  // in place of the document's; empty: those
  bool small = false;                 // the sizes for tests, which make all models one, with values
};

/// One matrix computation of a workload, with its sizes worked out.
struct WorkloadStep {
  std::string model;                  // empty where the workload has none
  std::string name;                   // "qkv"
  std::vector<std::string> kernels;   // the first counts in totals; others are compared with it
  std::vector<std::string> params;    // "PARAMETER=VALUE" of the kernels
  std::vector<std::string> sources;   // "TENSOR=SOURCE"; none: random operands
  std::vector<std::string> machines;  // the machines to run on; empty: all
  int64_t times = 1;                  // in one pass through the model
  std::string total;  // alternatives are added up apart: "lowrank"; empty: all together
  bool values = true;
  base::Location where;

  /// "gpt2_s.qkv", or "qkv" where the workload has no models.
  std::string input() const { return model.empty() ? name : model + "." + name; }
};

/// The document `workload: 1`: the matrix computations of a paper or of a family of models, with
/// sizes as expressions of parameters. Names of files in it are relative to its own folder.
struct Workload {
  std::string name;
  std::filesystem::path file;
  std::string paper;     // who published it, where
  std::string computes;  // what the paper computes
  std::string bound;     // what binds it on each machine
  std::string gains;     // what a mapping gains
  std::vector<std::string> machines;
  std::vector<WorkloadStep> steps;
};

/// Reads a workload and works out the sizes of the chosen runs. Every defect goes to `diagnostics`;
/// the value is then what could be read.
Workload read_workload(const base::YamlNode& root, const WorkloadChoice& choice,
                       base::Diagnostics& diagnostics);

/// Adds the runs of a workload to an experiment: an input for each step, and its kernels.
void add_workload(const Workload& workload, Experiment& experiment);

/// The workload as an experiment of its own.
Experiment experiment_of(const Workload& workload);

/// One pass through a model on one machine: every step as often as it occurs.
struct WorkloadTotal {
  std::string model;  // with the word of its alternative: "transformer_xl, lowrank"
  std::string label;  // of the machine
  int64_t steps = 0;  // with those that occur more than once
  double time_s = 0;
  double energy_j = 0;  // undefined where a run has none
};

/// The models whose steps all have a result on a machine.
std::vector<WorkloadTotal> workload_totals(const Workload& workload, const std::vector<Run>& runs);

}  // namespace weft::cli
