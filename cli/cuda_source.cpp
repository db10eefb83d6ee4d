// SPDX-License-Identifier: Apache-2.0
#include "cli/cuda_source.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/files.h"
#include "cli/model_judge.h"
#include "mapper/codegen/cuda_source.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/roles.h"

namespace weft::cli {

namespace {

std::string tile_source(ir::Kernel& kernel, const machine::GpuDescription& gpu,
                        base::Diagnostics& diagnostics) {
  ModelJudge judge(gpu);
  mapper::fill_gpu_holes(kernel, gpu, diagnostics, &judge);
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

std::string cuda_source_of(ir::Kernel& kernel, const machine::MachineDescription& machine) {
  base::Diagnostics diagnostics;
  mapper::check_roles(kernel, machine, diagnostics);
  diagnostics.throw_if_any();
  const bool rows = mapper::row_kernel_of(kernel) != mapper::RowKernel::None;
  std::string source = rows ? row_source(kernel, machine.gpu(), diagnostics)
                            : tile_source(kernel, machine.gpu(), diagnostics);
  diagnostics.throw_if_any();
  return source;
}

}  // namespace weft::cli
