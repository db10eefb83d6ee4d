// SPDX-License-Identifier: Apache-2.0
#include "cli/row_job.h"

#include <filesystem>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/random.h"
#include "cli/operands.h"
#include "kernels/ir/holes.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/verify_dense.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/gpu/rows/one_launch.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using tensor::CsrMatrix;

constexpr double kFloatBytes = 4;
constexpr double kIndexBytes = 4;

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
  work.math_floor_s = work.products / (gpu.sm.pipes.fp64_lanes * gpu.sms * gpu.clock.max_ghz * 1e9);
  return work;
}

RowJob spgemm_job(Simulation& simulation, base::Diagnostics& diagnostics) {
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  const auto operands =
      std::make_shared<tensor::ProductOperands>(load_operands(simulation.request.inputs));
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

/// The operands and the result of a kernel with one sparse operand.
struct DenseOperands {
  tensor::NamedMatrix sparse;
  std::string_view sparse_name;
  std::vector<float> left;   // X, x, or A of sddmm
  std::vector<float> right;  // B of sddmm
  std::vector<float> result;
  int64_t width = 1;  // columns of X, or the depth of sddmm
};

/// The one sparse operand of the user's list; its name is the kernel's.
tensor::NamedMatrix load_sparse(std::string_view name, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    const Assignment operand = parse_assignment(input, "--input");
    if (operand.name != name) {
      throw base::UserError(
          fmt::format("--input {}: expected the sparse tensor {} (dense operands are random), "
                      "found '{}'",
                      input, name, operand.name));
    }
    return tensor::load_source(operand.value);
  }
  throw base::UserError(fmt::format("--input: expected {}=SOURCE, found none", name));
}

void set_sizes(ir::Kernel& kernel, const std::vector<std::string>& params,
               const DenseOperands& operands, base::Diagnostics& diagnostics) {
  const CsrMatrix& matrix = operands.sparse.matrix;
  const std::map<std::string, std::vector<int64_t>> shapes = {
      {std::string(operands.sparse_name), {matrix.rows, matrix.cols}}};
  std::map<std::string, std::string> values;
  for (const auto& [name, size] : ir::params_from_shapes(kernel, shapes, diagnostics)) {
    values[name] = std::to_string(size);
  }
  for (const std::string& text : params) {
    const Assignment given = parse_assignment(text, "-p");
    const auto [known, added] = values.emplace(given.name, given.value);
    if (added || known->second == given.value) continue;
    diagnostics.error({"-p " + text, 0, 0},
                      fmt::format("expected {}, which follows from the operands", known->second));
  }
  diagnostics.throw_if_any();
  ir::set_params_from_text(kernel, values, diagnostics);
  diagnostics.throw_if_any();
}

DenseOperands load_dense_operands(mapper::RowKernel kind, const std::vector<std::string>& inputs) {
  DenseOperands operands;
  operands.sparse_name = kind == mapper::RowKernel::Sddmm ? "S" : "A";
  operands.sparse = load_sparse(operands.sparse_name, inputs);
  return operands;
}

std::vector<float> random_values(int64_t count, uint64_t seed) {
  base::Xoshiro256 random(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(2 * random.uniform() - 1);
  return values;
}

/// Fills holes of lists with their first choice.
void fill_first(ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const ir::Hole& hole : ir::holes(kernel)) {
    if (hole.options.empty()) continue;
    ir::fill_hole(kernel, hole.path, hole.options.front(), diagnostics);
  }
}

program::RowLaunch dense_launch(const mapper::DenseRowsPlan& plan, DenseOperands& o) {
  const CsrMatrix& matrix = o.sparse.matrix;
  if (const auto* spmm = std::get_if<mapper::SpmmPlan>(&plan)) {
    o.left = random_values(matrix.cols * o.width, 1);
    o.result.resize(static_cast<size_t>(matrix.rows * o.width));
    return mapper::spmm_launch(matrix, o.left, o.width, o.result, *spmm);
  }
  if (const auto* spmv = std::get_if<mapper::SpmvPlan>(&plan)) {
    o.left = random_values(matrix.cols, 1);
    o.result.resize(static_cast<size_t>(matrix.rows));
    return mapper::spmv_launch(matrix, o.left, o.result, *spmv);
  }
  o.left = random_values(matrix.rows * o.width, 1);
  o.right = random_values(matrix.cols * o.width, 2);
  o.result.resize(static_cast<size_t>(matrix.nnz()));
  return mapper::sddmm_launch(matrix, o.left, o.right, o.width, o.result,
                              std::get<mapper::SddmmPlan>(plan));
}

GpuWork dense_work(const DenseOperands& o, const machine::GpuDescription& gpu) {
  const CsrMatrix& matrix = o.sparse.matrix;
  GpuWork work;
  work.products = static_cast<double>(matrix.nnz()) * static_cast<double>(o.width);
  work.results = static_cast<double>(o.result.size());
  work.compulsory_bytes =
      static_cast<double>(matrix.nnz()) * (kIndexBytes + kFloatBytes) +
      static_cast<double>(matrix.rows + 1) * kIndexBytes +
      static_cast<double>(o.left.size() + o.right.size() + o.result.size()) * kFloatBytes;
  work.math_floor_s = work.products / (gpu.sm.pipes.fp32_lanes * gpu.sms * gpu.clock.max_ghz * 1e9);
  return work;
}

RowJob dense_job(Simulation& simulation, mapper::RowKernel kind, base::Diagnostics& diagnostics) {
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  const auto operands =
      std::make_shared<DenseOperands>(load_dense_operands(kind, simulation.request.inputs));
  const bool sampled = kind == mapper::RowKernel::Sddmm;
  set_sizes(simulation.kernel, simulation.request.params, *operands, diagnostics);
  const char* const wide = sampled ? "k" : "n";
  operands->width = simulation.kernel.extent(wide).value_or(1);
  fill_first(simulation.kernel, diagnostics);
  const mapper::DenseRowsPlan plan = mapper::lower_dense_rows(simulation.kernel, diagnostics);
  diagnostics.throw_if_any();
  const ir::Statement& statement = simulation.kernel.statements.front();
  const program::Source source{std::filesystem::path(statement.where.file).filename().string(),
                               statement.where.line, statement.name, "", "product"};
  RowJob job;
  job.program = std::make_unique<mapper::OneLaunch>(dense_launch(plan, *operands), source);
  job.verify = [operands, sampled] {
    const DenseOperands& o = *operands;
    return sampled ? tensor::verify_sddmm(o.sparse.matrix, o.left, o.right, o.width, o.result)
                   : tensor::verify_spmm(o.sparse.matrix, o.left, o.width, o.result);
  };
  job.work = [operands, &gpu] { return dense_work(*operands, gpu); };
  job.against = "host sums in fp64";
  job.inputs = Json::array({input_json(std::string(operands->sparse_name), operands->sparse)});
  return job;
}

}  // namespace

void set_row_sizes(const SimulateRequest& request, ir::Kernel& kernel) {
  base::Diagnostics diagnostics;
  const DenseOperands operands = load_dense_operands(mapper::row_kernel_of(kernel), request.inputs);
  set_sizes(kernel, request.params, operands, diagnostics);
}

RowJob make_row_job(Simulation& simulation) {
  base::Diagnostics diagnostics;
  const mapper::RowKernel kind = mapper::row_kernel_of(simulation.kernel);
  return kind == mapper::RowKernel::Spgemm ? spgemm_job(simulation, diagnostics)
                                           : dense_job(simulation, kind, diagnostics);
}

}  // namespace weft::cli
