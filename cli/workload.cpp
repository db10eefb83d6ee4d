// SPDX-License-Identifier: Apache-2.0
#include "cli/workload.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/document_reader.h"
#include "cli/operands.h"
#include "cli/workload_sizes.h"

namespace weft::cli {

namespace {

using base::Diagnostics;
using base::YamlEntry;
using base::YamlNode;

const std::vector<std::string> kKeys = {"workload", "name",   "paper", "computes", "bound", "gains",
                                        "machines", "params", "small", "models",   "steps"};
const std::vector<std::string> kStepKeys = {"kernel",   "params", "inputs", "times",
                                            "machines", "values", "total"};

/// Reads one workload; the sizes of a step are worked out for each model.
class Reader : public DocumentReader {
 public:
  Reader(const YamlNode& root, const WorkloadChoice& choice, Diagnostics& diagnostics)
      : DocumentReader(root.where().file.empty()
                           ? std::filesystem::path{}
                           : std::filesystem::path(root.where().file).parent_path(),
                       diagnostics),
        root_(root),
        choice_(choice),
        diagnostics_(diagnostics) {}

  Workload read() {
    Workload workload;
    workload.file = root_.where().file;
    if (!root_.is_map()) {
      expected(root_, "a workload");
      return workload;
    }
    refuse_unknown_keys(root_, kKeys);
    require_version_1(root_, "workload");
    workload.name = name_of(root_, "the folder of the results");
    workload.paper = required(root_, "paper");
    workload.computes = required(root_, "computes");
    workload.bound = required(root_, "bound");
    workload.gains = required(root_, "gains");
    workload.machines = choice_.machines;
    if (choice_.machines.empty()) workload.machines = machines(root_);
    if (root_.find("machines") == nullptr) required(root_, "machines");
    check_choice();
    const YamlNode* models = root_.find("models");
    if (models == nullptr) {
      add_steps("", nullptr, workload.steps);
    } else {
      for (const YamlEntry& model : entries_of(*models)) {
        // Small sizes make all models one; a defect of the steps would be told for each model.
        const bool wanted = !choice_.small || workload.steps.empty();
        if (wanted && diagnostics_.empty()) add_steps(model.key, &model.value, workload.steps);
      }
    }
    if (root_.find("steps") == nullptr) required(root_, "steps");
    return workload;
  }

 private:
  std::vector<std::string> machines(const YamlNode& node) {
    std::vector<std::string> result = names(node, "machines", "the name of a machine");
    for (std::string& name : result) name = document(name);
    return result;
  }

  void set_all(const YamlNode* map, WorkloadSizes& sizes) {
    if (map == nullptr) return;
    if (!map->is_map()) expected(*map, "a map of sizes and words");
    for (const YamlEntry& entry : entries_of(*map))
      sizes.set(entry.key, text(entry.value, "a size or a word"));
  }

  /// A size of the command line or of `small` must be one that the document has.
  void check_choice() {
    WorkloadSizes known(diagnostics_);
    set_all(root_.find("params"), known);
    if (const YamlNode* models = root_.find("models")) {
      for (const YamlEntry& model : entries_of(*models)) set_all(&model.value, known);
    }
    const std::vector<std::string> names = known.names();
    for (const std::string& param : choice_.params) {
      const Assignment given = parse_assignment(param, "--param");
      if (known.contains(given.name)) continue;
      throw base::UserError(fmt::format("--param {}: expected one of {}, found '{}'{}", param,
                                        fmt::join(names, ", "), given.name,
                                        base::did_you_mean(given.name, names)));
    }
    if (const YamlNode* small = root_.find("small")) refuse_unknown_keys(*small, names);
  }

  WorkloadSizes sizes_of(const YamlNode* model) {
    WorkloadSizes sizes(diagnostics_);
    set_all(root_.find("params"), sizes);
    set_all(model, sizes);
    if (choice_.small) set_all(root_.find("small"), sizes);
    for (const std::string& param : choice_.params) {
      const Assignment given = parse_assignment(param, "--param");
      sizes.set(given.name, given.value);
    }
    return sizes;
  }

  void add_steps(const std::string& model, const YamlNode* values,
                 std::vector<WorkloadStep>& result) {
    const WorkloadSizes sizes = sizes_of(values);
    const YamlNode* steps = root_.find("steps");
    if (steps == nullptr) return;
    if (!steps->is_map()) expected(*steps, "a map from the name of a step to its kernel");
    for (const YamlEntry& entry : entries_of(*steps)) {
      WorkloadStep step = read_step(entry, sizes);
      step.model = model;
      result.push_back(std::move(step));
    }
  }

  WorkloadStep read_step(const YamlEntry& entry, const WorkloadSizes& sizes) {
    const YamlNode& node = entry.value;
    WorkloadStep step;
    step.name = entry.key;
    step.where = entry.key_where;
    if (!node.is_map()) expected(node, "a map with the key 'kernel'");
    refuse_unknown_keys(node, kStepKeys);
    step.kernels = names(node, "kernel", "a kernel: a name or a file");
    for (std::string& kernel : step.kernels) kernel = document(kernel);
    if (step.kernels.empty()) required(node, "kernel");
    if (const YamlNode* params = node.find("params")) {
      for (const YamlEntry& param : entries_of(*params))
        step.params.push_back(fmt::format("{}={}", param.key, sizes.value(param.value)));
    }
    if (const YamlNode* inputs = node.find("inputs")) {
      for (const YamlEntry& input : entries_of(*inputs))
        step.sources.push_back(fmt::format("{}={}", input.key, input_source(input.value, sizes)));
    }
    if (const YamlNode* times = node.find("times")) step.times = std::stoll(sizes.value(*times));
    if (const YamlNode* total = node.find("total")) step.total = text(*total, "a word");
    step.machines = machines(node);
    if (const YamlNode* values = node.find("values"))
      step.values = boolean(*values) || choice_.small;
    return step;
  }

  /// A file of the document is relative to it; one of the command line to where it was given.
  std::string input_source(const YamlNode& node, const WorkloadSizes& sizes) {
    const std::string result = sizes.text(node);
    return node.is_scalar() && node.scalar().starts_with('{') ? result : source(result);
  }

  const YamlNode& root_;
  const WorkloadChoice& choice_;
  Diagnostics& diagnostics_;
};

}  // namespace

Workload read_workload(const YamlNode& root, const WorkloadChoice& choice,
                       Diagnostics& diagnostics) {
  return Reader(root, choice, diagnostics).read();
}

void add_workload(const Workload& workload, Experiment& experiment) {
  for (const WorkloadStep& step : workload.steps) {
    const std::string input = experiment.name == workload.name
                                  ? step.input()
                                  : fmt::format("{}.{}", workload.name, step.input());
    experiment.inputs.push_back({input, step.sources});
    for (const std::string& kernel : step.kernels)
      experiment.kernels.push_back(
          {kernel, step.params, {}, step.machines, {input}, step.values, step.where});
  }
}

Experiment experiment_of(const Workload& workload) {
  Experiment experiment;
  experiment.name = workload.name;
  experiment.file = workload.file;
  for (const std::string& machine : workload.machines)
    experiment.machines.push_back({machine, {}, {workload.file.string(), 0, 0}});
  add_workload(workload, experiment);
  return experiment;
}

}  // namespace weft::cli
