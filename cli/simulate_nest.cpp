// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "cli/fabric_result.h"
#include "cli/nest_result.h"
#include "cli/operands.h"
#include "cli/simulate_kinds.h"
#include "kernels/ir/write_kernel.h"
#include "mapper/idle_words.h"
#include "mapper/nest/compile_nest.h"
#include "mapper/nest/fill_nest.h"
#include "mapper/nest/unused_words.h"
#include "sim/fabric/fabric_machine.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

Json verified_json(const ir::Kernel& kernel, const einsum::Operands& initial,
                   const einsum::Operands& found) {
  const einsum::Deviation deviation = nest_deviation(kernel, initial, found);
  Json verified = {{"passed", deviation.passed()},
                   {"max_rel_error", deviation.max_rel_error},
                   {"against", kNestReference},
                   {"tolerance", deviation.tolerance}};
  if (!deviation.passed()) verified["first_mismatch"] = deviation.first_mismatch;
  return verified;
}

}  // namespace

Json simulate_nest(Simulation simulation) {
  const SimulateRequest& request = simulation.request;
  const machine::FabricDescription& fabric = simulation.machine.fabric();
  ir::Kernel& kernel = simulation.kernel;
  base::Diagnostics diagnostics;
  mapper::check_nest_words(kernel, diagnostics);
  diagnostics.throw_if_any();
  const NestOperands operands = load_nest_operands(kernel, request);
  mapper::NestTensors tensors(kernel, operands.values, diagnostics);
  diagnostics.throw_if_any();
  const mapper::NestTarget target = mapper::nest_target(fabric, kernel.bind.limits);
  mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  diagnostics.throw_if_any();
  const mapper::CompiledNest compiled(kernel, target, tensors, diagnostics);
  diagnostics.throw_if_any();

  sim::FabricMachine machine(fabric, load_fabric_dram(fabric), sim::kQuantumCycles,
                             simulation.timeline);
  const sim::FabricRun run = machine.run(compiled.program(), products_progress(request, 0));

  const einsum::Operands results = tensors.results();
  const Json unverified = {{"passed", nullptr}, {"max_rel_error", nullptr}, {"against", nullptr}};
  Json result = {
      {"schema", "weft.result/1"},
      {"kernel", kernel.name},
      {"machine", simulation.machine.id},
      {"params", params_json(kernel)},
      {"mapping", ir::mapping_json(kernel)},
      {"inputs", nest_inputs_json(kernel, operands)},
      {"verified", request.values ? verified_json(kernel, operands.values, results) : unverified}};
  std::vector<std::string> notes = mapper::unused_words(kernel);
  std::ranges::move(mapper::idle_words(kernel, simulation.machine, mapper::WalkKind::Nest),
                    std::back_inserter(notes));
  if (!notes.empty()) result["notes"] = notes;
  tensor::SpgemmWork work;
  work.products = static_cast<int64_t>(run.products);
  work.flops = 2 * work.products;
  work.nnz_out = result_elements(kernel, results);
  work.compulsory_bytes = static_cast<int64_t>(tensors.compulsory_bytes());
  add_fabric_run(result, run, compiled.program(), fabric, work);
  result["simulator"] =
      simulator_json(simulation, run.simulate_s, static_cast<double>(run.products),
                     static_cast<double>(run.instructions));
  return result;
}

}  // namespace weft::cli
