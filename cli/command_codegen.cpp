// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/cuda_source.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/named_kernel.h"
#include "cli/operands.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

constexpr const char* kUsualGpu = "h200";

ir::Kernel load_codegen_kernel(const CodegenOptions& options, base::Diagnostics& diagnostics) {
  if (options.kernel.empty() && options.mapping_file.empty())
    throw base::UserError(
        "codegen: expected a kernel (-k) or a mapping (--mapping), found neither");
  ir::Kernel kernel = load_named_kernel(options.kernel, options.mapping_file, {}, diagnostics);
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

/// The machine of -m, else the one that the document was mapped for, else a usual one.
std::string codegen_machine(const CodegenOptions& options, const ir::Kernel& kernel) {
  if (!options.machine.empty()) return options.machine;
  if (!kernel.bind.arch.empty()) return kernel.bind.arch;
  fmt::print(stderr, "weft: codegen: for {}, as neither -m nor the document names a machine\n",
             kUsualGpu);
  return kUsualGpu;
}

}  // namespace

int codegen_command(const CodegenOptions& options) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = load_codegen_kernel(options, diagnostics);
  const machine::MachineDescription machine = machine::load_machine(
      codegen_machine(options, kernel), options.settings, machine_folders(), diagnostics);
  diagnostics.throw_if_any();
  if (machine.kind() != machine::Kind::Gpu)
    throw base::UserError(fmt::format(
        "--machine {}: expected a GPU, found a fabric: CUDA code runs on GPUs", machine.id));
  write_text(options.out, cuda_source_of(kernel, machine));
  return kOk;
}

}  // namespace weft::cli
