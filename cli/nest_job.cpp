// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "cli/nest_operands.h"
#include "cli/nest_result.h"
#include "cli/operands.h"
#include "cli/row_job.h"
#include "mapper/gpu/nest/nest_rows.h"
#include "mapper/idle_words.h"
#include "mapper/nest/compile_nest.h"
#include "mapper/nest/fill_nest.h"
#include "mapper/nest/unused_words.h"

namespace weft::cli {

namespace {

/// What a run computes on; kept until it is verified.
struct NestParts {
  ir::Kernel kernel;
  NestOperands operands;
  std::optional<mapper::NestTensors> tensors;
};

GpuWork nest_work(const mapper::NestRows& program, const NestParts& parts,
                  const machine::GpuDescription& gpu) {
  GpuWork work;
  work.products = program.products();
  work.results = static_cast<double>(result_elements(parts.kernel, parts.tensors->results()));
  work.compulsory_bytes = static_cast<double>(parts.tensors->compulsory_bytes());
  work.result_bytes = work.results * sizeof(double);
  const int lanes = program.in_fp64() ? gpu.sm.pipes.fp64_lanes : gpu.sm.pipes.fp32_lanes;
  work.math_floor_s = work.products / (lanes * gpu.sms * gpu.clock.max_ghz * 1e9);
  return work;
}

}  // namespace

RowJob make_nest_job(Simulation& simulation) {
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  base::Diagnostics diagnostics;
  mapper::check_nest_words(simulation.kernel, diagnostics);
  diagnostics.throw_if_any();
  auto parts = std::make_shared<NestParts>();
  parts->operands = load_nest_operands(simulation.kernel, simulation.request);
  parts->kernel = simulation.kernel;
  ir::Kernel& kernel = parts->kernel;
  parts->tensors.emplace(kernel, parts->operands.values, diagnostics);
  diagnostics.throw_if_any();
  const mapper::NestTarget target = mapper::nest_target(gpu);
  mapper::fill_nest_holes(kernel, target, *parts->tensors, diagnostics);
  diagnostics.throw_if_any();
  auto program = std::make_unique<mapper::NestRows>(kernel, target, *parts->tensors, diagnostics);
  diagnostics.throw_if_any();
  simulation.kernel = kernel;
  RowJob job;
  job.verify = [parts] {
    const einsum::Deviation deviation =
        nest_deviation(parts->kernel, parts->operands.values, parts->tensors->results());
    return tensor::VerifyReport{deviation.passed(), deviation.max_rel_error, 0,
                                deviation.first_mismatch};
  };
  job.work = [parts, nest = program.get(), &gpu] { return nest_work(*nest, *parts, gpu); };
  job.against = kNestReference;
  job.inputs = nest_inputs_json(kernel, parts->operands);
  job.params = params_json(kernel);
  job.notes = mapper::unused_words(kernel);
  std::ranges::move(mapper::idle_words(kernel, simulation.machine, mapper::WalkKind::Nest),
                    std::back_inserter(job.notes));
  job.program = std::move(program);
  return job;
}

}  // namespace weft::cli
