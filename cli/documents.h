// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/experiment.h"
#include "cli/sweep/sweep.h"
#include "cli/workload.h"

namespace weft::cli {

/// The folders that names of machines and kernels are looked up in.
std::vector<std::filesystem::path> machine_folders();
std::vector<std::filesystem::path> kernel_folders();

/// Reads an experiment with the machines, kernels and mappings that it names, so that a wrong name
/// or setting shows before the first run and not after the last. Inputs are left to the runs.
Experiment load_experiment(const std::filesystem::path& file, base::Diagnostics& diagnostics);

/// What `weft run` takes: an experiment, or a workload as one.
struct Runnable {
  Experiment experiment;
  std::optional<Workload> workload;
};

/// Reads an experiment as `load_experiment` does, or a workload, by its file or its name from `weft
/// list workloads`. UserError where a choice is made for an experiment, which has none.
Runnable load_runnable(const std::filesystem::path& file, const WorkloadChoice& choice,
                       base::Diagnostics& diagnostics);

/// Reads a sweep. What its points name is read when they are resolved.
sweep::Sweep load_sweep(const std::filesystem::path& file, base::Diagnostics& diagnostics);

/// Every defect of a document, by its own kind: a machine, kernel, mapping, experiment, workload or
/// sweep by the key that names it (`machine: 1`), a result by its file's ending (.json). Empty
/// where it is sound.
std::vector<std::string> document_errors(const std::string& file);

/// A machine, kernel, mapping, experiment, workload or sweep for people. UserError with every
/// defect.
std::string describe_document(const std::string& file);

}  // namespace weft::cli
