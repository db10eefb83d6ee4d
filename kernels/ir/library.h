// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::ir {

/// One line of `weft list kernels`.
struct KernelEntry {
  std::string name;  ///< stem of the file
  std::filesystem::path file;
};

/// The kernels of a folder, by name; empty where the folder cannot be read.
std::vector<KernelEntry> list_kernels(const std::filesystem::path& folder);

/// The file of a kernel: `name_or_path` itself where it ends in .yaml or has a folder in it, else
/// NAME.yaml in the first of `folders` that has it. An unknown name is reported with the near miss
/// and the names there are; the path is then empty.
std::filesystem::path find_kernel(const std::string& name_or_path,
                                  std::span<const std::filesystem::path> folders,
                                  base::Diagnostics& diagnostics);

/// Loads and checks a kernel, by name or by file; a mapping document too. `settings` are
/// "path=value" changes of the document.
Kernel load_kernel(const std::string& name_or_path, std::span<const std::filesystem::path> folders,
                   base::Diagnostics& diagnostics, std::span<const std::string> settings = {});

/// Loads a mapping: a document that stands alone or `extends` its kernel, or one with `kernel:
/// NAME` and a schedule alone, which then takes the place of that kernel's. Reports every hole it
/// leaves.
Kernel load_mapping(const std::filesystem::path& file,
                    std::span<const std::filesystem::path> folders, base::Diagnostics& diagnostics,
                    std::span<const std::string> settings = {});

}  // namespace weft::ir
