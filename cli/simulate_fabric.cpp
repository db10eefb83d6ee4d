// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/fabric_result.h"
#include "cli/files.h"
#include "cli/operands.h"
#include "cli/simulate_kinds.h"
#include "kernels/ir/write_kernel.h"
#include "kernels/tensor/verify.h"
#include "mapper/compile/emit.h"
#include "mapper/idle_words.h"
#include "mapper/lower_spgemm.h"
#include "sim/fabric/dram_memory.h"
#include "sim/fabric/fabric_machine.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

tensor::VerifyReport verify(const sim::FabricRun& run, const tensor::ProductOperands& operands) {
  const auto row_of = [&](int64_t row) {
    thread_local std::vector<int32_t> columns;
    thread_local std::vector<double> values;
    run.result.row_entries(row, columns, values);
    return tensor::ProductRow{columns, values};
  };
  return tensor::verify_product(operands.a->matrix, operands.b->matrix, row_of);
}

Json verified_json(sim::FabricRun& run, const tensor::ProductOperands& operands, bool values) {
  if (!values) return {{"passed", nullptr}, {"max_rel_error", nullptr}, {"against", nullptr}};
  run.result.index_rows(operands.a->matrix.rows);
  const tensor::VerifyReport report = verify(run, operands);
  Json verified = {{"passed", report.passed},
                   {"max_rel_error", report.max_rel_error},
                   {"against", "host product, row by row with a dense accumulator"}};
  if (!report.passed) verified["first_mismatch"] = report.first_mismatch;
  return verified;
}

}  // namespace

std::optional<sim::DramConfig> load_fabric_dram(const machine::FabricDescription& fabric) {
  if (fabric.memory.standard == "flat") return std::nullopt;
  return sim::dram_of_core(
      sim::load_dram_preset(fabric.memory.standard, source_root() / "configs" / "dram"), fabric);
}

CompiledProduct compile_product(ir::Kernel& kernel, const SimulateRequest& request,
                                const machine::FabricDescription& fabric) {
  base::Diagnostics diagnostics;
  CompiledProduct product;
  product.operands = load_or_draw_operands(kernel, request.inputs, request.params);
  const tensor::CsrMatrix& a = product.operands.a->matrix;
  const tensor::CsrMatrix& b = product.operands.b->matrix;
  set_product_sizes(kernel, request.params, product.operands, diagnostics);
  diagnostics.throw_if_any();
  const mapper::FabricTarget target = mapper::fabric_target(fabric, kernel.bind.limits);
  mapper::fill_by_bounds(kernel, target, b.cols, diagnostics);
  diagnostics.throw_if_any();
  product.plan = mapper::lower_spgemm(kernel, target, diagnostics);
  mapper::operand_formats(kernel, diagnostics);
  diagnostics.throw_if_any();
  product.counted = std::make_unique<const mapper::SpgemmOperands>(mapper::count_operands(a, b));
  product.compiled = mapper::compile_spgemm(product.plan, target, *product.counted);
  return product;
}

Json simulate_fabric(Simulation simulation) {
  const SimulateRequest& request = simulation.request;
  const machine::MachineDescription& machine = simulation.machine;
  const machine::FabricDescription& fabric = machine.fabric();
  ir::Kernel& kernel = simulation.kernel;
  const CompiledProduct product = compile_product(kernel, request, fabric);
  const tensor::ProductOperands& operands = product.operands;

  sim::FabricMachine fabric_machine(fabric, load_fabric_dram(fabric), sim::kQuantumCycles,
                                    simulation.timeline);
  const int64_t products = tensor::count_products(operands.a->matrix, operands.b->matrix);
  sim::FabricRun run =
      fabric_machine.run(product.compiled.program, products_progress(request, products));

  Json result = {
      {"schema", "weft.result/1"},
      {"kernel", kernel.name},
      {"machine", machine.id},
      {"mapping", ir::mapping_json(kernel)},
      {"inputs", Json::array({input_json("A", *operands.a), input_json("B", *operands.b)})},
      {"verified", verified_json(run, operands, request.values)}};
  const std::vector<std::string> notes =
      mapper::idle_words(kernel, machine, mapper::WalkKind::Rows);
  if (!notes.empty()) result["notes"] = notes;
  tensor::SpgemmWork work;
  work.products = products;
  work.flops = 2 * work.products;
  work.nnz_out = run.result.entries();
  work.compulsory_bytes =
      tensor::compulsory_bytes(operands.a->matrix, operands.b->matrix, work.nnz_out);
  add_fabric_run(result, run, product.compiled.program, fabric, work);
  result["simulator"] =
      simulator_json(simulation, run.simulate_s, static_cast<double>(work.products),
                     static_cast<double>(run.instructions));
  return result;
}

}  // namespace weft::cli
