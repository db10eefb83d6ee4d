// SPDX-License-Identifier: Apache-2.0
#include "cli/named_kernel.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/yaml.h"
#include "cli/documents.h"
#include "kernels/ir/library.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;

/// The file of a kernel of the library or a mapspace; empty where no kernel has the name.
fs::path library_file(const std::string& name) {
  for (const fs::path& folder : kernel_folders()) {
    fs::path file = folder / (name + ".yaml");
    if (fs::exists(file)) return file;
  }
  return {};
}

/// Mapspaces leave choices of a kernel open: their mappings are that kernel's.
bool is_mapspace(const std::string& name) {
  return library_file(name).parent_path() == kernel_folders().back();
}

std::string sums_of(const ir::Kernel& kernel) {
  std::vector<std::string> texts;
  for (const ir::Statement& statement : kernel.statements) texts.push_back(statement.text());
  return fmt::format("{}", fmt::join(texts, "; "));
}

/// Where a mapping says which kernel it is of.
base::Location name_of_mapping(const fs::path& file) {
  base::Diagnostics ignored;
  const base::YamlNode document = base::read_yaml_file(file, ignored);
  const base::YamlNode* name = document.is_map() ? document.find("kernel") : nullptr;
  return name == nullptr ? base::Location{file.string(), 0, 0} : name->where();
}

void check_computes(const ir::Kernel& mapping, const ir::Kernel& kernel, const fs::path& file,
                    base::Diagnostics& diagnostics) {
  if (computes_the_same(mapping, kernel)) return;
  diagnostics.error(
      name_of_mapping(file),
      fmt::format("kernel: expected a mapping that computes what {} does, '{}', found '{}'",
                  kernel.name, sums_of(kernel), sums_of(mapping)));
}

/// `kernel` is what `-k` names.
void check_same_kernel(const ir::Kernel& mapping, const ir::Kernel& kernel, const fs::path& file,
                       base::Diagnostics& diagnostics) {
  const bool related = is_mapspace(mapping.name) || is_mapspace(kernel.name);
  if (mapping.name == kernel.name || (related && computes_the_same(mapping, kernel)))
    return check_computes(mapping, kernel, file, diagnostics);
  diagnostics.error(name_of_mapping(file),
                    fmt::format("kernel: expected a mapping of {}, which -k names, found one of {}",
                                kernel.name, mapping.name));
}

}  // namespace

bool computes_the_same(const ir::Kernel& a, const ir::Kernel& b) {
  return a.repeats == b.repeats && sums_of(a) == sums_of(b);
}

void check_mapping_name(const ir::Kernel& mapping, const fs::path& file,
                        base::Diagnostics& diagnostics) {
  const fs::path library = library_file(mapping.name);
  if (library.empty()) return;
  const ir::Kernel kernel = ir::load_kernel(library.string(), kernel_folders(), diagnostics);
  check_computes(mapping, kernel, file, diagnostics);
}

ir::Kernel load_document_kernel(const std::string& name_or_file, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  ir::Kernel kernel = ir::load_kernel(name_or_file, kernel_folders(), diagnostics);
  if (kernel.is_mapping && diagnostics.messages().size() == before)
    check_mapping_name(kernel, name_or_file, diagnostics);
  return kernel;
}

ir::Kernel load_named_kernel(const std::string& kernel, const std::string& mapping_file,
                             const std::vector<std::string>& settings,
                             base::Diagnostics& diagnostics) {
  const std::vector<fs::path> folders = kernel_folders();
  if (mapping_file.empty()) return ir::load_kernel(kernel, folders, diagnostics, settings);
  const size_t before = diagnostics.messages().size();
  ir::Kernel mapping = ir::load_mapping(mapping_file, folders, diagnostics, settings);
  const ir::Kernel named =
      kernel.empty() ? ir::Kernel{} : ir::load_kernel(kernel, folders, diagnostics);
  if (diagnostics.messages().size() != before) return mapping;
  if (kernel.empty())
    check_mapping_name(mapping, mapping_file, diagnostics);
  else
    check_same_kernel(mapping, named, mapping_file, diagnostics);
  return mapping;
}

}  // namespace weft::cli
