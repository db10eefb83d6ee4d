// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/load_machine.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/scalar.h"
#include "sim/machine/fabric_schema.h"
#include "sim/machine/gpu_schema.h"

namespace weft::machine {

namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& name_or_path) {
  return name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".yaml") ||
         name_or_path.ends_with(".yml");
}

/// The file of a machine's name, or nothing after a report that lists the names.
std::optional<fs::path> find_machine(const std::string& name, std::span<const fs::path> directories,
                                     base::Diagnostics& diagnostics) {
  for (const fs::path& directory : directories) {
    std::error_code ignored;
    const fs::path file = directory / (name + ".yaml");
    if (!name.empty() && fs::is_regular_file(file, ignored)) return file;
  }
  const std::vector<std::string> known = list_machines(directories);
  const base::Location where{fmt::format("machine '{}'", name), 0, 0};
  diagnostics.error(where, fmt::format("expected a file or one of {}{}", fmt::join(known, ", "),
                                       base::did_you_mean(name, known)));
  return std::nullopt;
}

/// The kind that a document names in its second key; reports where it does not.
std::optional<Kind> kind_of(const base::YamlNode& document, base::Diagnostics& diagnostics) {
  const std::string words = fmt::format("{}", fmt::join(kind_words(), ", "));
  const base::YamlNode* kind = document.find("kind");
  if (kind == nullptr) {
    base::report(document, fmt::format("missing key 'kind' (kind of machine: {})", words),
                 diagnostics);
    return std::nullopt;
  }
  const std::string word = kind->is_scalar() ? kind->scalar() : std::string();
  const auto match = std::find(kind_words().begin(), kind_words().end(), word);
  if (match == kind_words().end()) {
    base::report(*kind,
                 fmt::format("expected one of {}, found {}{} (kind of machine)", words,
                             base::describe(*kind), base::did_you_mean(word, kind_words())),
                 diagnostics);
    return std::nullopt;
  }
  return static_cast<Kind>(match - kind_words().begin());
}

/// Whether this is a machine document at all: a map whose first key is `machine`.
bool has_machine_header(const base::YamlNode& document, base::Diagnostics& diagnostics) {
  if (!document.is_map() || document.entries().empty()) {
    base::report(document,
                 fmt::format("expected a document that begins with 'machine: 1', found {}",
                             base::describe(document)),
                 diagnostics);
    return false;
  }
  const base::YamlEntry& first = document.entries().front();
  if (first.key == "machine") return true;
  diagnostics.error(first.key_where,
                    fmt::format("expected 'machine: 1' as the first key, found '{}'", first.key));
  return false;
}

FabricDescription read_fabric(const base::YamlNode& document, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  FabricDescription fabric = fabric_schema().read(document, diagnostics);
  // Sizes that were not understood would only give a second report about the same value.
  if (diagnostics.messages().size() == before) check_fabric(fabric, document, diagnostics);
  return fabric;
}

GpuDescription read_gpu(const base::YamlNode& document, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  GpuDescription gpu = gpu_schema().read(document, diagnostics);
  if (diagnostics.messages().size() == before) check_gpu(gpu, document, diagnostics);
  return gpu;
}

/// The schema of one kind, told apart by its `kind`.
nlohmann::ordered_json schema_of(Kind kind, nlohmann::ordered_json schema) {
  schema.erase("$schema");
  schema["properties"]["kind"] = {{"const", word_of(kind)}};
  return schema;
}

}  // namespace

std::vector<std::string> list_machines(std::span<const fs::path> directories) {
  std::vector<std::string> names;
  for (const fs::path& directory : directories) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory, ignored)) {
      if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

MachineDescription load_machine(const std::string& name_or_path,
                                std::span<const std::string> settings,
                                std::span<const fs::path> directories,
                                base::Diagnostics& diagnostics) {
  const std::optional<fs::path> file = is_path(name_or_path)
                                           ? fs::path(name_or_path)
                                           : find_machine(name_or_path, directories, diagnostics);
  if (!file) return {};
  const size_t before = diagnostics.messages().size();
  const base::YamlNode text = base::read_yaml_file(*file, diagnostics);
  // Text that could not be parsed has been reported; that its values are missing is no second
  // defect.
  if (text.is_null() && diagnostics.messages().size() != before) return {};
  const base::YamlNode document = base::with_overrides(text, settings, diagnostics);
  return read_machine(document, file->stem().string(), diagnostics);
}

MachineDescription read_machine(const base::YamlNode& document, const std::string& id,
                                base::Diagnostics& diagnostics) {
  MachineDescription machine{id, {}};
  if (!has_machine_header(document, diagnostics)) return machine;
  const std::optional<Kind> kind = kind_of(document, diagnostics);
  if (kind == Kind::Fabric) machine.model = read_fabric(document, diagnostics);
  if (kind == Kind::Gpu) machine.model = read_gpu(document, diagnostics);
  return machine;
}

nlohmann::ordered_json write_machine(const MachineDescription& machine) {
  if (machine.kind() == Kind::Gpu) return gpu_schema().write(machine.gpu());
  return fabric_schema().write(machine.fabric());
}

nlohmann::ordered_json machine_json_schema() {
  using Json = nlohmann::ordered_json;
  Json fabric = fabric_schema().json_schema();
  const Json dialect = fabric["$schema"];
  // A document may inherit its kind from the one that it extends, so both may match.
  return {{"$schema", dialect},
          {"title", "a machine"},
          {"anyOf", Json::array({schema_of(Kind::Fabric, std::move(fabric)),
                                 schema_of(Kind::Gpu, gpu_schema().json_schema())})}};
}

std::string machine_parameters_markdown() {
  return "# Parameters of machine documents\n\n"
         "A value in a unit may be written as a plain number only where its key names the unit.\n\n"
         "## kind: fabric\n\n" +
         base::markdown_table(fabric_schema().parameter_rows()) + "\n## kind: gpu\n\n" +
         base::markdown_table(gpu_schema().parameter_rows());
}

}  // namespace weft::machine
