// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "base/yaml.h"
#include "sim/machine/machine_description.h"

namespace weft::machine {

/// The names of the machines in `directories`: the stems of their YAML files, sorted.
std::vector<std::string> list_machines(std::span<const std::filesystem::path> directories);

/// Reads the machine that `name_or_path` says, a name of list_machines() or a file, applies
/// "path=value" settings and checks the whole. Every defect goes to `diagnostics`; the description
/// is of use only where there is none.
MachineDescription load_machine(const std::string& name_or_path,
                                std::span<const std::string> settings,
                                std::span<const std::filesystem::path> directories,
                                base::Diagnostics& diagnostics);

/// The same for a document at hand, which read_yaml_file() and with_overrides() gave.
MachineDescription read_machine(const base::YamlNode& document, const std::string& id,
                                base::Diagnostics& diagnostics);

/// Every parameter with its value: what a result records. read_machine() of it gives the same
/// machine.
nlohmann::ordered_json write_machine(const MachineDescription& machine);

/// The JSON schema of machine documents, for editors.
nlohmann::ordered_json machine_json_schema();

/// A Markdown page with every parameter of every kind of machine.
std::string machine_parameters_markdown();

}  // namespace weft::machine
