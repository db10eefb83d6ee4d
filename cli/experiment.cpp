// SPDX-License-Identifier: Apache-2.0
#include "cli/experiment.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/document_reader.h"

namespace weft::cli {

namespace {

using base::Diagnostics;
using base::YamlNode;

constexpr int64_t kMostRepetitions = 1000;

/// Reads the parts of one experiment.
class Reader : public DocumentReader {
 public:
  using DocumentReader::DocumentReader;

  ExperimentMachine machine(const YamlNode& node) {
    if (!node.is_map())
      return {document(text(node, "a machine: a name, a file, or a map with the key 'machine'")),
              {},
              node.where()};
    refuse_unknown_keys(node, {"machine", "set"});
    return {document(required(node, "machine")),
            assignments(node, "set", "a map of machine values"), node.where(), places(node, "set")};
  }

  ExperimentKernel kernel(const YamlNode& node) {
    ExperimentKernel result;
    result.where = node.where();
    if (!node.is_map()) {
      result.kernel =
          document(text(node, "a kernel: a name, a file, or a map with the key 'kernel'"));
      return result;
    }
    refuse_unknown_keys(node, {"kernel", "params", "mapping", "machines", "inputs", "values"});
    result.kernel = document(required(node, "kernel"));
    result.params = assignments(node, "params", "a map of kernel parameters");
    result.machines = names(node, "machines", "the name of a machine");
    for (std::string& name : result.machines) name = document(name);
    result.inputs = names(node, "inputs", "the name of an input");
    if (const YamlNode* mapping = node.find("mapping"))
      result.mapping_file = file(text(*mapping, "a mapping file"));
    if (const YamlNode* values = node.find("values")) result.values = boolean(*values);
    return result;
  }

  ExperimentInput input(const base::YamlEntry& entry) {
    ExperimentInput result{entry.key, {}};
    if (!entry.value.is_map()) expected(entry.value, "a map from tensor to source");
    for (const base::YamlEntry& tensor : entries_of(entry.value)) {
      const std::string spec =
          text(tensor.value, "a file or a generator such as rmat:scale=10,edges=8000,seed=1");
      result.sources.push_back(fmt::format("{}={}", tensor.key, source(spec)));
      result.sources_where.push_back(tensor.value.where());
    }
    return result;
  }
};

/// Every name that a kernel is restricted to must be one that the experiment declares.
void check_names(const YamlNode& root, const char* key, const std::vector<std::string>& declared,
                 Reader& reader, Diagnostics& diagnostics) {
  for (const YamlNode& kernel : reader.list(root, "kernels")) {
    for (const YamlNode& name :
         kernel.is_map() ? reader.list(kernel, key) : std::vector<YamlNode>{}) {
      if (!name.is_scalar() ||
          std::find(declared.begin(), declared.end(), name.scalar()) != declared.end())
        continue;
      diagnostics.error(name.where(),
                        fmt::format("{}: expected one of {}, found '{}'{}", name.path(),
                                    fmt::join(declared, ", "), name.scalar(),
                                    base::did_you_mean(name.scalar(), declared)));
    }
  }
}

void check_filters(const YamlNode& root, const Experiment& experiment, Reader& reader,
                   Diagnostics& diagnostics) {
  std::vector<std::string> inputs, machines;
  for (const ExperimentInput& input : experiment.inputs) inputs.push_back(input.name);
  for (const YamlNode& machine : reader.list(root, "machines")) {
    const YamlNode* name = machine.is_map() ? machine.find("machine") : &machine;
    if (name != nullptr && name->is_scalar()) machines.push_back(name->scalar());
  }
  check_names(root, "inputs", inputs, reader, diagnostics);
  check_names(root, "machines", machines, reader, diagnostics);
}

bool selected(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// An input without tensors means random operands of the sizes in a kernel's parameters. Where the
/// experiment has inputs with tensors too, its sparse kernels could not be run so: then only
/// kernels that name it are.
bool is_for(const ExperimentInput& input, const ExperimentKernel& kernel, bool mixed) {
  if (mixed && kernel.inputs.empty() && input.sources.empty()) return false;
  return selected(kernel.inputs, input.name);
}

}  // namespace

std::string ExperimentMachine::label() const {
  const std::string name = std::filesystem::path(machine).stem().string();
  return settings.empty() ? name : fmt::format("{} ({})", name, fmt::join(settings, ", "));
}

SimulateRequest ExperimentStep::request() const {
  SimulateRequest result;
  result.kernel = kernel->kernel;
  result.machine = machine->machine;
  result.mapping_file = kernel->mapping_file;
  result.inputs = input->sources;
  result.params = kernel->params;
  result.settings = machine->settings;
  result.values = kernel->values;
  return result;
}

Experiment read_experiment(const YamlNode& root, Diagnostics& diagnostics) {
  Experiment experiment;
  experiment.file = root.where().file;
  Reader reader(experiment.file.parent_path(), diagnostics);
  if (!root.is_map()) {
    reader.expected(root, "an experiment");
    return experiment;
  }
  reader.refuse_unknown_keys(root, {"experiment", "name", "machines", "kernels", "inputs",
                                    "references", "repetitions", "workloads", "timeout_s"});
  reader.require_version_1(root, "experiment");
  experiment.name = reader.name_of(root, "the folder of the results");
  experiment.workloads = reader.names(root, "workloads", "a workload: a name or a file");
  for (std::string& name : experiment.workloads) name = reader.document(name);
  for (const char* key : {"machines", "kernels", "inputs"}) {
    const bool from_workloads =
        !experiment.workloads.empty() && key != std::string_view("machines");
    if (root.find(key) == nullptr && !from_workloads) reader.required(root, key);
  }
  for (const YamlNode& node : reader.list(root, "machines"))
    experiment.machines.push_back(reader.machine(node));
  for (const YamlNode& node : reader.list(root, "kernels"))
    experiment.kernels.push_back(reader.kernel(node));
  if (const YamlNode* inputs = root.find("inputs")) {
    if (!inputs->is_map()) reader.expected(*inputs, "a map from name to tensors");
    for (const base::YamlEntry& entry : reader.entries_of(*inputs))
      experiment.inputs.push_back(reader.input(entry));
  }
  for (const YamlNode& target : reader.list(root, "references")) {
    experiment.references.push_back(reader.text(target, "a target"));
    if (experiment.references.back() != "cpu") reader.expected(target, "the target cpu");
  }
  if (const YamlNode* repetitions = root.find("repetitions")) {
    experiment.repetitions = reader.count(*repetitions, 1, kMostRepetitions);
  }
  if (const YamlNode* node = root.find("timeout_s")) experiment.timeout_s = reader.seconds(*node);
  check_filters(root, experiment, reader, diagnostics);
  return experiment;
}

std::vector<ExperimentStep> steps(const Experiment& experiment) {
  std::vector<ExperimentStep> result;
  const bool mixed = std::ranges::any_of(
      experiment.inputs, [](const ExperimentInput& input) { return !input.sources.empty(); });
  for (const ExperimentInput& input : experiment.inputs) {
    for (const ExperimentMachine& machine : experiment.machines) {
      for (const ExperimentKernel& kernel : experiment.kernels) {
        const bool wanted =
            is_for(input, kernel, mixed) && selected(kernel.machines, machine.machine);
        if (wanted) result.push_back({&machine, &kernel, &input});
      }
    }
  }
  return result;
}

}  // namespace weft::cli
