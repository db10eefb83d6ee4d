// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/cuda_source.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/operands.h"
#include "kernels/ir/library.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

ir::Kernel load_codegen_kernel(const CodegenOptions& options, base::Diagnostics& diagnostics) {
  if (options.kernel.empty() && options.mapping_file.empty())
    throw base::UserError(
        "codegen: expected a kernel (-k) or a mapping (--mapping), found neither");
  ir::Kernel kernel = options.mapping_file.empty()
                          ? ir::load_kernel(options.kernel, kernel_folders(), diagnostics)
                          : ir::load_mapping(options.mapping_file, kernel_folders(), diagnostics);
  diagnostics.throw_if_any();
  std::map<std::string, std::string> values;
  for (const std::string& text : options.params) {
    const Assignment param = parse_assignment(text, "-p");
    values[param.name] = param.value;
  }
  ir::set_params_from_text(kernel, values, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

}  // namespace

int codegen_command(const CodegenOptions& options) {
  base::Diagnostics diagnostics;
  const machine::MachineDescription machine =
      machine::load_machine(options.machine, options.settings, machine_folders(), diagnostics);
  ir::Kernel kernel = load_codegen_kernel(options, diagnostics);
  if (machine.kind() != machine::Kind::Gpu)
    throw base::UserError(fmt::format(
        "--machine {}: expected a GPU, found a fabric: CUDA code runs on GPUs", machine.id));
  write_text(options.out, cuda_source_of(kernel, machine));
  return kOk;
}

}  // namespace weft::cli
