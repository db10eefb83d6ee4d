// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/operands.h"
#include "kernels/ir/library.h"
#include "mapper/codegen/cuda_source.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/roles.h"
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

std::string tile_source(ir::Kernel& kernel, const machine::GpuDescription& gpu,
                        base::Diagnostics& diagnostics) {
  mapper::fill_gpu_holes(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  const mapper::GpuMapping mapping = mapper::lower_contractions(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  return mapper::cuda_product_source(kernel, mapping, gpu, source_root(), diagnostics);
}

std::string row_source(ir::Kernel& kernel, const machine::GpuDescription& gpu,
                       base::Diagnostics& diagnostics) {
  if (mapper::row_kernel_of(kernel) != mapper::RowKernel::Spgemm)
    throw base::UserError(fmt::format(
        "codegen: expected gemm, bmm, blockdiag, gemm24 or row-wise hash SpGEMM, found {}",
        kernel.name));
  mapper::fill_row_spgemm(kernel, diagnostics);
  diagnostics.throw_if_any();
  const mapper::RowSpgemmPlan plan = mapper::lower_row_spgemm(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  return mapper::cuda_row_spgemm_source(kernel, plan, gpu, source_root(), diagnostics);
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
  mapper::check_roles(kernel, machine, diagnostics);
  diagnostics.throw_if_any();
  const bool rows = mapper::row_kernel_of(kernel) != mapper::RowKernel::None;
  const std::string source = rows ? row_source(kernel, machine.gpu(), diagnostics)
                                  : tile_source(kernel, machine.gpu(), diagnostics);
  diagnostics.throw_if_any();
  write_text(options.out, source);
  return kOk;
}

}  // namespace weft::cli
