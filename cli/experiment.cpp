// SPDX-License-Identifier: Apache-2.0
#include "cli/experiment.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "kernels/tensor/source.h"

namespace weft::cli {

namespace {

using base::Diagnostics;
using base::YamlNode;

constexpr int64_t kMostRepetitions = 1000;

std::string describe(const YamlNode& node) {
  switch (node.kind()) {
    case YamlNode::Kind::Null:
      return "nothing";
    case YamlNode::Kind::Scalar:
      return fmt::format("'{}'", node.scalar());
    case YamlNode::Kind::Sequence:
      return "a list";
    case YamlNode::Kind::Map:
      return "a map";
  }
  return {};
}

/// Reads the parts of one experiment; knows the folder that its file names are relative to.
class Reader {
 public:
  Reader(std::filesystem::path folder, Diagnostics& diagnostics)
      : folder_(std::move(folder)), diagnostics_(diagnostics) {}

  void expected(const YamlNode& node, std::string_view what) {
    diagnostics_.error(node.where(),
                       fmt::format("{}: expected {}, found {}", node.path(), what, describe(node)));
  }

  std::string text(const YamlNode& node, std::string_view what) {
    if (node.is_scalar() && !node.scalar().empty()) return node.scalar();
    expected(node, what);
    return {};
  }

  void refuse_unknown_keys(const YamlNode& map, const std::vector<std::string>& known) {
    for (const base::YamlEntry& entry : map.entries()) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      diagnostics_.error(entry.key_where,
                         fmt::format("{}: unknown key '{}'{}", entry.value.path(), entry.key,
                                     base::did_you_mean(entry.key, known)));
    }
  }

  /// The items of a list under `key`; a single value stands for a list of one.
  std::vector<YamlNode> list(const YamlNode& map, const char* key) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) return {};
    return node->is_sequence() ? node->items() : std::vector<YamlNode>{*node};
  }

  std::vector<std::string> names(const YamlNode& map, const char* key, std::string_view what) {
    std::vector<std::string> result;
    for (const YamlNode& item : list(map, key)) result.push_back(text(item, what));
    return result;
  }

  /// The entries of a map of scalars as "key=value".
  std::vector<std::string> assignments(const YamlNode& map, const char* key,
                                       std::string_view what) {
    std::vector<std::string> result;
    const YamlNode* node = map.find(key);
    if (node == nullptr) return result;
    if (!node->is_map()) expected(*node, what);
    for (const base::YamlEntry& entry : entries_of(*node)) {
      result.push_back(fmt::format("{}={}", entry.key, text(entry.value, "a value")));
    }
    return result;
  }

  ExperimentMachine machine(const YamlNode& node) {
    if (!node.is_map())
      return {document(text(node, "a machine: a name, a file, or a map with the key 'machine'")),
              {}};
    refuse_unknown_keys(node, {"machine", "set"});
    return {document(required(node, "machine")),
            assignments(node, "set", "a map of machine values")};
  }

  ExperimentKernel kernel(const YamlNode& node) {
    ExperimentKernel result;
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
    }
    return result;
  }

  int64_t count(const YamlNode& node, int64_t most) {
    int64_t value = 0;
    if (node.is_scalar()) {
      const std::string& digits = node.scalar();
      const auto [end, failure] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (failure == std::errc{} && end == digits.data() + digits.size() && value >= 1 &&
          value <= most)
        return value;
    }
    expected(node, fmt::format("an integer in [1, {}]", most));
    return 1;
  }

  std::string required(const YamlNode& map, const char* key) {
    if (const YamlNode* node = map.find(key)) return text(*node, "text");
    const std::string prefix = map.path().empty() ? std::string{} : map.path() + ": ";
    diagnostics_.error(map.where(), fmt::format("{}missing key '{}'", prefix, key));
    return {};
  }

  const std::vector<base::YamlEntry>& entries_of(const YamlNode& node) {
    static const std::vector<base::YamlEntry> none;
    return node.is_map() ? node.entries() : none;
  }

 private:
  bool boolean(const YamlNode& node) {
    if (node.is_scalar() && (node.scalar() == "true" || node.scalar() == "false"))
      return node.scalar() == "true";
    expected(node, "true or false");
    return true;
  }

  std::string file(const std::string& name) const {
    return name.empty() ? name : (folder_ / name).lexically_normal().string();
  }

  /// A machine or kernel is a name of the library, or a file.
  std::string document(const std::string& name) const {
    const bool is_file = name.find('/') != std::string::npos || name.ends_with(".yaml");
    return is_file ? file(name) : name;
  }

  /// A source is a generator, another tensor ("A", "A^T"), or a file.
  std::string source(const std::string& spec) const {
    const bool other_tensor = spec == "A" || spec.ends_with("^T");
    return other_tensor || tensor::is_generator_spec(spec) ? spec : file(spec);
  }

  std::filesystem::path folder_;
  Diagnostics& diagnostics_;
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
    diagnostics.error(root.where(),
                      fmt::format("expected an experiment, found {}", describe(root)));
    return experiment;
  }
  const std::vector<std::string> keys = {"experiment", "name",       "machines",   "kernels",
                                         "inputs",     "references", "repetitions"};
  reader.refuse_unknown_keys(root, keys);
  if (const YamlNode* version = root.find("experiment"); version == nullptr) {
    reader.required(root, "experiment");
  } else if (!version->is_scalar() || version->scalar() != "1") {
    reader.expected(*version, "version 1");
  }
  experiment.name = reader.required(root, "name");
  if (experiment.name.find('/') != std::string::npos) {
    reader.expected(*root.find("name"),
                    "a name without '/', since it names the folder of the results");
  }
  for (const char* key : {"machines", "kernels", "inputs"}) {
    if (root.find(key) == nullptr) reader.required(root, key);
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
    experiment.repetitions = reader.count(*repetitions, kMostRepetitions);
  }
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
