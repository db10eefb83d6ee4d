// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "cli/documents.h"
#include "cli/model_judge.h"
#include "cli/named_kernel.h"
#include "cli/nest_operands.h"
#include "cli/show.h"
#include "cli/simulate_kinds.h"
#include "cli/usual_schedule.h"
#include "kernels/program/disassemble.h"
#include "mapper/compile/describe_plan.h"
#include "mapper/gpu/describe_launches.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/lower_spgemm.h"
#include "mapper/nest/describe_nest.h"
#include "mapper/nest/fill_nest.h"
#include "mapper/roles.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

[[noreturn]] void refuse_stage(const std::string& stage, const std::vector<std::string>& known) {
  throw base::UserError(fmt::format("--stage: expected one of {}, found '{}'{}",
                                    fmt::join(known, ", "), stage,
                                    base::did_you_mean(stage, known)));
}

std::string product_stage(ir::Kernel& kernel, const SimulateRequest& request,
                          const machine::FabricDescription& fabric, const std::string& stage) {
  if (stage != "plan" && stage != "program") refuse_stage(stage, {"plan", "program"});
  const CompiledProduct product = compile_product(kernel, request, fabric);
  return stage == "plan" ? mapper::describe_plan(product.plan)
                         : program::disassemble(product.compiled.program);
}

std::string tile_stage(ir::Kernel& kernel, const SimulateRequest& request,
                       const machine::GpuDescription& gpu, const std::string& stage) {
  if (stage != "tiles" && stage != "launches") refuse_stage(stage, {"tiles", "launches"});
  set_dense_sizes(request, kernel);
  base::Diagnostics diagnostics;
  ModelJudge judge(gpu);
  mapper::fill_gpu_holes(kernel, gpu, diagnostics, &judge);
  diagnostics.throw_if_any();
  const mapper::GpuMapping mapping = mapper::lower_contractions(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  if (stage == "tiles") return mapper::describe_tiles(mapping);
  const program::GridProgram program = mapper::compile_mapping(mapping, diagnostics);
  diagnostics.throw_if_any();
  return mapper::describe_launches(program);
}

std::string nest_stage(ir::Kernel& kernel, const SimulateRequest& request,
                       const mapper::NestTarget& target, const std::string& stage) {
  const std::vector<std::string>& known = mapper::nest_passes();
  if (std::ranges::count(known, stage) == 0) refuse_stage(stage, known);
  base::Diagnostics diagnostics;
  const NestOperands given = load_nest_operands(kernel, request);
  mapper::NestTensors tensors(kernel, given.values, diagnostics);
  diagnostics.throw_if_any();
  mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  diagnostics.throw_if_any();
  return mapper::describe_nest(kernel, target, tensors, stage);
}

}  // namespace

std::string show_stage(const std::string& name, const StageRequest& request) {
  base::Diagnostics diagnostics;
  const machine::MachineDescription machine =
      machine::load_machine(request.machine, {}, machine_folders(), diagnostics);
  ir::Kernel kernel = load_document_kernel(name, diagnostics);
  diagnostics.throw_if_any();
  use_usual_schedule(kernel, diagnostics);
  mapper::check_roles(kernel, machine, diagnostics);
  diagnostics.throw_if_any();
  mapper::choose_roles(kernel, machine);
  const bool gpu = machine.kind() == machine::Kind::Gpu;
  if (!gpu) ir::use_fabric_sizes(kernel, diagnostics);
  SimulateRequest operands;
  operands.inputs = request.inputs;
  operands.params = request.params;
  if (!gpu && mapper::is_sparse_product(kernel))
    return product_stage(kernel, operands, machine.fabric(), request.stage);
  if (gpu && mapper::is_tile_kernel(kernel))
    return tile_stage(kernel, operands, machine.gpu(), request.stage);
  if (gpu && mapper::is_row_kernel(kernel)) {
    throw base::UserError(fmt::format(
        "--stage: {} runs by rows on {}: what its launches do follows from the operands "
        "as they run; `weft simulate --json` lists them",
        kernel.name, machine.id));
  }
  return nest_stage(kernel, operands,
                    gpu ? mapper::nest_target(machine.gpu())
                        : mapper::nest_target(machine.fabric(), kernel.bind.limits),
                    request.stage);
}

}  // namespace weft::cli
