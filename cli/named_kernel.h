// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/ir/kernel.h"

namespace weft::cli {

/// Whether two documents state the same computation, apart from how it is walked and stored.
bool computes_the_same(const ir::Kernel& a, const ir::Kernel& b);

/// The kernel that `-k` and `--mapping` name together: the document of `-k`, or the mapping that
/// stands for it, to which `settings`, "path=value", apply. Either may be empty, not both. Reports
/// a mapping of another kernel: one of another name, or one that computes something else.
ir::Kernel load_named_kernel(const std::string& kernel, const std::string& mapping_file,
                             const std::vector<std::string>& settings,
                             base::Diagnostics& diagnostics);

/// A kernel or a mapping by name or by file. Reports a mapping as check_mapping_name() does.
ir::Kernel load_document_kernel(const std::string& name_or_file, base::Diagnostics& diagnostics);

/// Reports a mapping that bears the name of a kernel of the library and computes something else.
void check_mapping_name(const ir::Kernel& mapping, const std::filesystem::path& file,
                        base::Diagnostics& diagnostics);

}  // namespace weft::cli
