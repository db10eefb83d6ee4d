// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "cli/simulate.h"

namespace weft::cli {

/// A machine of an experiment, with what is set apart from its preset.
struct ExperimentMachine {
  std::string machine;
  std::vector<std::string> settings;  // "path=value"
  base::Location where = {};
  std::vector<base::Location> settings_where = {};  // of each

  /// "piuma-smash", or "piuma-smash (core.mtc.threads=32)" where it is set apart from the preset.
  std::string label() const;
};

/// A kernel of an experiment, and on which of its machines and inputs it runs.
struct ExperimentKernel {
  std::string kernel;
  std::vector<std::string> params;    // "PARAMETER=VALUE"
  std::string mapping_file;           // empty: the kernel's own schedule
  std::vector<std::string> machines;  // the machines to run on; empty: all
  std::vector<std::string> inputs;    // the names of the inputs to run; empty: all
  bool values = true;
  base::Location where = {};
};

/// A named set of operands.
struct ExperimentInput {
  std::string name;
  std::vector<std::string> sources;  // "TENSOR=SOURCE"; none: only for kernels that name the input
  std::vector<base::Location> sources_where = {};  // of each, of an experiment's own
};

/// The document `experiment: 1`: every kernel on every machine with every input, beside native
/// references. Names of files in it are relative to its own folder and resolved against it here.
struct Experiment {
  std::string name;
  std::filesystem::path file;
  std::vector<ExperimentMachine> machines;
  std::vector<ExperimentKernel> kernels;
  std::vector<ExperimentInput> inputs;
  std::vector<std::string> workloads;   // names or files, whose runs `load_experiment` adds
  std::vector<std::string> references;  // targets: "cpu"
  int64_t repetitions = 0;              // of each native run; 0: at least 5, more of short ones
  double timeout_s = 0;                 // the most that one simulation may take; 0: no limit
};

/// One simulation of an experiment.
struct ExperimentStep {
  const ExperimentMachine* machine;
  const ExperimentKernel* kernel;
  const ExperimentInput* input;

  SimulateRequest request() const;
};

/// Reads an experiment. Every defect goes to `diagnostics`; the value is then what could be read.
Experiment read_experiment(const base::YamlNode& root, base::Diagnostics& diagnostics);

/// The simulations in the order of the report: by input, then machine, then kernel. Points into
/// `experiment`.
std::vector<ExperimentStep> steps(const Experiment& experiment);

}  // namespace weft::cli
