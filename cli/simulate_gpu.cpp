// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/dense_operands.h"
#include "cli/gpu_result.h"
#include "cli/model_judge.h"
#include "cli/operands.h"
#include "cli/simulate_kinds.h"
#include "kernels/dense/einsum.h"
#include "kernels/dense/operands.h"
#include "kernels/ir/write_kernel.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/read_shape.h"
#include "mapper/gpu/tile_values.h"
#include "mapper/idle_words.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Multiply-adds with stored values per cycle of an SM's fastest unit for a statement.
double peak_rate(const ir::Kernel& kernel, const mapper::StatementPlan& plan,
                 const machine::SmDescription& sm) {
  const double rate = mapper::fastest_fma_per_cycle(sm, mapper::unit_dtype(kernel, plan.form));
  return plan.shape.sparse_a ? rate * sm.tensor.sparse_factor / 2 : rate;
}

GpuWork work_of(const ir::Kernel& kernel, const mapper::GpuMapping& mapping,
                const machine::GpuDescription& gpu) {
  GpuWork work;
  for (const mapper::LaunchGroup& group : mapping.groups) {
    for (const mapper::StatementPlan& plan : group.statements) {
      const double products =
          plan.shape.multiply_adds() * kept_share(*kernel.find_tensor(plan.form.a->name));
      const double seconds =
          products / (peak_rate(kernel, plan, gpu.sm) * gpu.sms * gpu.clock.max_ghz * 1e9);
      work.products += products;
      work.math_floor_s += seconds;
    }
  }
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    work.compulsory_bytes += stored_bytes(kernel, *tensor);
  }
  for (const ir::Tensor* tensor : dense::results_of(kernel)) {
    const double bytes = stored_bytes(kernel, *tensor);
    work.compulsory_bytes += bytes;
    work.result_bytes += bytes;
    work.results += elements_of(kernel, *tensor);
  }
  return work;
}

/// Checks the values of a run against the statements themselves.
Json verified_json(const ir::Kernel& kernel, const dense::TensorValues& values) {
  dense::TensorValues expected;
  for (const ir::Tensor* tensor : dense::operands_of(kernel))
    expected[tensor->name] = values.at(tensor->name);
  const std::string against = dense::evaluate_kernel(kernel, expected);
  const dense::Deviation deviation = dense::compare_results(kernel, values, expected);
  Json verified = {{"passed", deviation.passed()},
                   {"max_rel_error", deviation.max_rel_error},
                   {"against", against},
                   {"tolerance", deviation.tolerance}};
  if (!deviation.passed()) verified["first_mismatch"] = deviation.first_mismatch;
  return verified;
}

}  // namespace

void set_dense_sizes(const SimulateRequest& request, ir::Kernel& kernel) {
  base::Diagnostics diagnostics;
  set_sizes(kernel, shapes_of(read_dense_operands(kernel, request.inputs)), request.params,
            diagnostics);
  diagnostics.throw_if_any();
}

Json simulate_gpu(Simulation simulation) {
  const SimulateRequest& request = simulation.request;
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  ir::Kernel& kernel = simulation.kernel;
  base::Diagnostics diagnostics;
  GivenOperands given = read_dense_operands(kernel, request.inputs);
  set_sizes(kernel, shapes_of(given), request.params, diagnostics);
  diagnostics.throw_if_any();
  ModelJudge judge(gpu);
  mapper::fill_gpu_holes(kernel, gpu, diagnostics, &judge);
  diagnostics.throw_if_any();
  const mapper::GpuMapping mapping = mapper::lower_contractions(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  program::GridProgram program = mapper::compile_mapping(mapping, diagnostics);
  diagnostics.throw_if_any();
  dense::TensorValues values;
  if (request.values) {
    values = make_dense_operands(kernel, given, diagnostics);
    diagnostics.throw_if_any();
    mapper::attach_values(program, mapping, kernel, values);
  }

  sim::GpuMachine machine(gpu, {}, simulation.timeline);
  const sim::GpuRun run = machine.run(program);

  const Json unverified = {{"passed", nullptr}, {"max_rel_error", nullptr}, {"against", nullptr}};
  Json result = {{"schema", "weft.result/1"},
                 {"kernel", kernel.name},
                 {"machine", simulation.machine.id},
                 {"params", params_json(kernel)},
                 {"mapping", ir::mapping_json(kernel)},
                 {"inputs", dense_inputs_json(kernel, given)},
                 {"verified", request.values ? verified_json(kernel, values) : unverified}};
  const std::vector<std::string> notes =
      mapper::idle_words(kernel, simulation.machine, mapper::WalkKind::Tiles);
  if (!notes.empty()) result["notes"] = notes;
  const GpuWork work = work_of(kernel, mapping, gpu);
  add_gpu_run(result, run, program, gpu, work);
  result["simulator"] =
      simulator_json(simulation, run.simulate_s, work.products, run.activity.warp_instructions);
  return result;
}

}  // namespace weft::cli
