// SPDX-License-Identifier: Apache-2.0
#include "cli/row_job.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "cli/mixed_operands.h"
#include "cli/operands.h"
#include "kernels/ir/holes.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/verify_dense.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/gpu/rows/one_launch.h"
#include "mapper/idle_words.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using tensor::CsrMatrix;

tensor::VerifyReport verify_spgemm(const mapper::RowSpgemm& program,
                                   const tensor::ProductOperands& operands) {
  const mapper::SpgemmState& state = program.state();
  return tensor::verify_product(
      operands.a->matrix, operands.b->matrix, [&](int64_t row) -> tensor::ProductRow {
        const auto begin = static_cast<size_t>(state.row_begin[static_cast<size_t>(row)]);
        const auto entries = static_cast<size_t>(state.row_entries[static_cast<size_t>(row)]);
        return {{state.c_column.data() + begin, entries}, {state.c_value.data() + begin, entries}};
      });
}

GpuWork spgemm_work(const mapper::RowSpgemm& program, const tensor::ProductOperands& operands,
                    const machine::GpuDescription& gpu) {
  int64_t entries = 0;
  for (const int64_t row : program.state().row_entries) entries += row;
  const CsrMatrix& a = operands.a->matrix;
  const CsrMatrix& b = operands.b->matrix;
  GpuWork work;
  work.products = static_cast<double>(tensor::count_products(a, b));
  work.results = static_cast<double>(entries);
  work.compulsory_bytes = static_cast<double>(tensor::compulsory_bytes(a, b, entries));
  work.result_bytes =
      work.compulsory_bytes - static_cast<double>(tensor::compulsory_bytes(a, b, 0));
  work.math_floor_s = work.products / (gpu.sm.pipes.fp64_lanes * gpu.sms * gpu.clock.max_ghz * 1e9);
  return work;
}

RowJob spgemm_job(Simulation& simulation, base::Diagnostics& diagnostics) {
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  const auto operands = std::make_shared<tensor::ProductOperands>(load_or_draw_operands(
      simulation.kernel, simulation.request.inputs, simulation.request.params));
  set_product_sizes(simulation.kernel, simulation.request.params, *operands, diagnostics);
  diagnostics.throw_if_any();
  mapper::fill_row_spgemm(simulation.kernel, diagnostics);
  diagnostics.throw_if_any();
  const mapper::RowSpgemmPlan plan = mapper::lower_row_spgemm(simulation.kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  auto program =
      std::make_unique<mapper::RowSpgemm>(plan, gpu, operands->a->matrix, operands->b->matrix);
  RowJob job;
  const mapper::RowSpgemm* spgemm = program.get();
  job.verify = [spgemm, operands] { return verify_spgemm(*spgemm, *operands); };
  job.work = [spgemm, operands, &gpu] { return spgemm_work(*spgemm, *operands, gpu); };
  job.program = std::move(program);
  job.against = "host product, row by row with a dense accumulator";
  job.inputs = Json::array({input_json("A", *operands->a), input_json("B", *operands->b)});
  return job;
}

/// Fills holes of lists with their first choice.
void fill_first(ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const ir::Hole& hole : ir::holes(kernel)) {
    if (hole.options.empty()) continue;
    ir::fill_hole(kernel, hole.path, hole.options.front(), diagnostics);
  }
}

GpuWork dense_work(const MixedOperands& o, const machine::GpuDescription& gpu) {
  GpuWork work;
  work.products = o.products();
  work.results = static_cast<double>(o.result.size());
  work.compulsory_bytes = o.compulsory_bytes();
  work.result_bytes = work.results * sizeof(float);
  work.math_floor_s = work.products / (gpu.sm.pipes.fp32_lanes * gpu.sms * gpu.clock.max_ghz * 1e9);
  return work;
}

RowJob dense_job(Simulation& simulation, mapper::RowKernel kind, base::Diagnostics& diagnostics) {
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  const auto operands = std::make_shared<MixedOperands>(load_mixed_operands(
      simulation.kernel, simulation.request.inputs, simulation.request.params, true, diagnostics));
  const bool sampled = kind == mapper::RowKernel::Sddmm;
  fill_first(simulation.kernel, diagnostics);
  const mapper::DenseRowsPlan plan = mapper::lower_dense_rows(simulation.kernel, diagnostics);
  diagnostics.throw_if_any();
  const ir::Statement& statement = simulation.kernel.statements.front();
  const program::Source source{std::filesystem::path(statement.where.file).filename().string(),
                               statement.where.line, statement.name, "", "product"};
  RowJob job;
  job.program = std::make_unique<mapper::OneLaunch>(dense_launch(plan, *operands), source);
  job.verify = [operands, sampled] {
    const MixedOperands& o = *operands;
    return sampled ? tensor::verify_sddmm(o.sparse.matrix, o.left, o.right, o.width, o.result)
                   : tensor::verify_spmm(o.sparse.matrix, o.left, o.width, o.result);
  };
  job.work = [operands, &gpu] { return dense_work(*operands, gpu); };
  job.against = "host sums in fp64";
  job.inputs = mixed_inputs_json(simulation.kernel, *operands);
  return job;
}

}  // namespace

program::RowLaunch dense_launch(const mapper::DenseRowsPlan& plan, MixedOperands& operands) {
  const CsrMatrix& matrix = operands.sparse.matrix;
  if (const auto* spmm = std::get_if<mapper::SpmmPlan>(&plan))
    return mapper::spmm_launch(matrix, operands.left, operands.width, operands.result, *spmm);
  if (const auto* spmv = std::get_if<mapper::SpmvPlan>(&plan))
    return mapper::spmv_launch(matrix, operands.left, operands.result, *spmv);
  return mapper::sddmm_launch(matrix, operands.left, operands.right, operands.width,
                              operands.result, std::get<mapper::SddmmPlan>(plan));
}

void set_row_sizes(const SimulateRequest& request, ir::Kernel& kernel) {
  base::Diagnostics diagnostics;
  load_mixed_operands(kernel, request.inputs, request.params, true, diagnostics);
}

RowJob make_row_job(Simulation& simulation) {
  base::Diagnostics diagnostics;
  const mapper::RowKernel kind = mapper::row_kernel_of(simulation.kernel);
  RowJob job = kind == mapper::RowKernel::Spgemm ? spgemm_job(simulation, diagnostics)
                                                 : dense_job(simulation, kind, diagnostics);
  job.notes = mapper::idle_words(simulation.kernel, simulation.machine, mapper::WalkKind::Rows);
  return job;
}

}  // namespace weft::cli
