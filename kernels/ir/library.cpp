// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/library.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/read_kernel.h"

namespace weft::ir {

namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.find('/') != std::string::npos;
}

/// A mapping that has a kernel's name in place of a kernel.
bool is_schedule_alone(const base::YamlNode& document) {
  const base::YamlNode* kernel = document.find("kernel");
  return document.find("mapping") != nullptr && document.find("tensors") == nullptr &&
         kernel != nullptr && kernel->is_scalar();
}

Kernel load_document(const base::YamlNode& document, std::span<const fs::path> folders,
                     base::Diagnostics& diagnostics) {
  if (!is_schedule_alone(document)) return read_kernel(document, diagnostics);
  const base::YamlNode& name = *document.find("kernel");
  const size_t before = diagnostics.messages().size();
  Kernel kernel;
  const fs::path file = find_kernel(name.scalar(), folders, diagnostics);
  if (!file.empty()) kernel = read_kernel(base::read_yaml_file(file, diagnostics), diagnostics);
  if (diagnostics.messages().size() == before) apply_mapping(document, kernel, diagnostics);
  return kernel;
}

Kernel load_file(const fs::path& file, std::span<const fs::path> folders,
                 std::span<const std::string> settings, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  const base::YamlNode document =
      base::with_overrides(base::read_yaml_file(file, diagnostics), settings, diagnostics);
  const bool unreadable = diagnostics.messages().size() != before && !document.is_map();
  return unreadable ? Kernel{} : load_document(document, folders, diagnostics);
}

}  // namespace

std::vector<KernelEntry> list_kernels(const fs::path& folder) {
  std::vector<KernelEntry> kernels;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; entry != end; entry.increment(error)) {
    const fs::path& file = entry->path();
    if (file.extension() == ".yaml") kernels.push_back({file.stem().string(), file});
  }
  std::ranges::sort(kernels, {}, &KernelEntry::name);
  return kernels;
}

fs::path find_kernel(const std::string& name_or_path, std::span<const fs::path> folders,
                     base::Diagnostics& diagnostics) {
  if (is_path(name_or_path)) return name_or_path;
  std::vector<std::string> names;
  for (const fs::path& folder : folders) {
    for (const KernelEntry& kernel : list_kernels(folder)) {
      if (kernel.name == name_or_path) return kernel.file;
      names.push_back(kernel.name);
    }
  }
  diagnostics.error({"kernel", 0, 0},
                    fmt::format("unknown name '{}'{} (known: {})", name_or_path,
                                base::did_you_mean(name_or_path, names), fmt::join(names, ", ")));
  return {};
}

Kernel load_kernel(const std::string& name_or_path, std::span<const fs::path> folders,
                   base::Diagnostics& diagnostics, std::span<const std::string> settings) {
  const fs::path file = find_kernel(name_or_path, folders, diagnostics);
  return file.empty() ? Kernel{} : load_file(file, folders, settings, diagnostics);
}

Kernel load_mapping(const fs::path& file, std::span<const fs::path> folders,
                    base::Diagnostics& diagnostics, std::span<const std::string> settings) {
  const size_t before = diagnostics.messages().size();
  Kernel kernel = load_file(file, folders, settings, diagnostics);
  if (!kernel.is_mapping && diagnostics.messages().size() == before) {
    report(diagnostics, kernel.where, "expected a mapping, 'mapping: 1', found a kernel");
  }
  return kernel;
}

}  // namespace weft::ir
