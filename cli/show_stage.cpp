// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/documents.h"
#include "cli/nest_operands.h"
#include "cli/show.h"
#include "kernels/ir/library.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/lower_spgemm.h"
#include "mapper/nest/describe_nest.h"
#include "mapper/nest/fill_nest.h"
#include "mapper/roles.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

std::string show_stage(const std::string& name, const StageRequest& request) {
  base::Diagnostics diagnostics;
  const machine::MachineDescription machine =
      machine::load_machine(request.machine, {}, machine_folders(), diagnostics);
  ir::Kernel kernel = ir::load_kernel(name, kernel_folders(), diagnostics);
  diagnostics.throw_if_any();
  const bool gpu = machine.kind() == machine::Kind::Gpu;
  if (gpu ? mapper::is_tile_kernel(kernel) || mapper::is_row_kernel(kernel)
          : mapper::is_sparse_product(kernel)) {
    throw base::UserError(
        fmt::format("--stage: {} has a compiler of its own on {} and is compiled as a whole; loop "
                    "nests have passes to show",
                    kernel.name, machine.id));
  }
  mapper::check_roles(kernel, machine, diagnostics);
  diagnostics.throw_if_any();
  mapper::choose_roles(kernel, machine);
  if (!gpu) ir::use_fabric_sizes(kernel, diagnostics);
  SimulateRequest operands;
  operands.inputs = request.inputs;
  operands.params = request.params;
  const NestOperands given = load_nest_operands(kernel, operands);
  mapper::NestTensors tensors(kernel, given.values, diagnostics);
  diagnostics.throw_if_any();
  const mapper::NestTarget target =
      gpu ? mapper::nest_target(machine.gpu()) : mapper::nest_target(machine.fabric());
  mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  diagnostics.throw_if_any();
  return mapper::describe_nest(kernel, target, tensors, request.stage);
}

}  // namespace weft::cli
