// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/gpu_result.h"
#include "cli/operands.h"
#include "cli/simulate_kinds.h"
#include "kernels/dense/einsum.h"
#include "kernels/dense/npy.h"
#include "kernels/dense/operands.h"
#include "kernels/ir/write_kernel.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/tensor_rate.h"
#include "mapper/gpu/tile_values.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

/// A tensor that the user gave.
struct GivenOperand {
  std::string source;
  dense::DenseTensor values;
};
using GivenOperands = std::map<std::string, GivenOperand>;

/// Reads the files of `-i NAME=FILE.npy`; names are those of operands.
GivenOperands read_operands(const ir::Kernel& kernel, const std::vector<std::string>& inputs) {
  std::vector<std::string> names;
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) names.push_back(tensor->name);
  GivenOperands given;
  for (const std::string& input : inputs) {
    const Assignment operand = parse_assignment(input, "--input");
    if (std::ranges::count(names, operand.name) == 0) {
      throw base::UserError(fmt::format("--input {}: expected one of the operands {}, found '{}'{}",
                                        input, fmt::join(names, ", "), operand.name,
                                        base::did_you_mean(operand.name, names)));
    }
    if (!operand.value.ends_with(".npy")) {
      throw base::UserError(
          fmt::format("--input {}: expected a file FILE.npy, found '{}'", input, operand.value));
    }
    if (!given.emplace(operand.name, GivenOperand{operand.value, dense::read_npy(operand.value)})
             .second) {
      throw base::UserError(fmt::format("--input {}: {} was given before", input, operand.name));
    }
  }
  return given;
}

/// Sizes follow from the shapes of given operands and from `-p`, which must agree.
void set_sizes(ir::Kernel& kernel, const SimulateRequest& request, const GivenOperands& given,
               base::Diagnostics& diagnostics) {
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const auto& [name, operand] : given) shapes[name] = operand.values.shape;
  std::map<std::string, std::string> values;
  for (const auto& [name, size] : ir::params_from_shapes(kernel, shapes, diagnostics)) {
    values[name] = std::to_string(size);
  }
  for (const std::string& text : request.params) {
    const Assignment param = parse_assignment(text, "-p");
    const auto [known, added] = values.emplace(param.name, param.value);
    if (added || known->second == param.value) continue;
    diagnostics.error({"-p " + text, 0, 0},
                      fmt::format("expected {}, which follows from the operands", known->second));
  }
  diagnostics.throw_if_any();
  ir::set_params_from_text(kernel, values, diagnostics);
}

dense::TensorValues make_operands(const ir::Kernel& kernel, GivenOperands& given,
                                  base::Diagnostics& diagnostics) {
  dense::TensorValues values;
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    const auto found = given.find(tensor->name);
    values[tensor->name] =
        found == given.end()
            ? dense::random_operand(kernel, *tensor)
            : dense::given_operand(kernel, *tensor, std::move(found->second.values),
                                   found->second.source, diagnostics);
  }
  return values;
}

double elements_of(const ir::Kernel& kernel, const ir::Tensor& tensor) {
  double elements = 1;
  for (const int64_t extent : kernel.shape(tensor)) elements *= static_cast<double>(extent);
  return elements;
}

/// Stored elements over all: half of a 2:4 tensor.
double kept_share(const ir::Tensor& tensor) {
  const ir::Level* level = mapper::structured_level(tensor);
  return level == nullptr ? 1 : static_cast<double>(level->keep) / level->group;
}

double stored_bytes(const ir::Kernel& kernel, const ir::Tensor& tensor) {
  const ir::Level* level = mapper::structured_level(tensor);
  const double meta = level == nullptr ? 0 : (level->meta_bits == 0 ? 2 : level->meta_bits) / 8.0;
  return elements_of(kernel, tensor) * kept_share(tensor) * (ir::bytes_of(tensor.dtype) + meta);
}

/// Multiply-adds per cycle of an SM's units for a statement at their peak.
double peak_rate(const mapper::ContractionShape& shape, const machine::SmDescription& sm) {
  if (shape.tensor_cores) {
    const double gain = shape.sparse_a ? sm.tensor.sparse_factor / 2 : 1;
    return mapper::tensor_rate(sm.tensor.fma_per_cycle, shape.math) * gain;
  }
  return shape.math == program::MathType::Fp64 ? sm.pipes.fp64_lanes : sm.pipes.fp32_lanes;
}

GpuWork work_of(const ir::Kernel& kernel, const mapper::GpuMapping& mapping,
                const machine::GpuDescription& gpu) {
  GpuWork work;
  for (const mapper::LaunchGroup& group : mapping.groups) {
    for (const mapper::StatementPlan& plan : group.statements) {
      const double products =
          plan.shape.multiply_adds() * kept_share(*kernel.find_tensor(plan.form.a->name));
      const double seconds =
          products / (peak_rate(plan.shape, gpu.sm) * gpu.sms * gpu.clock.max_ghz * 1e9);
      work.products += products;
      work.math_floor_s += seconds;
    }
  }
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    work.compulsory_bytes += stored_bytes(kernel, *tensor);
  }
  for (const ir::Tensor* tensor : dense::results_of(kernel)) {
    work.compulsory_bytes += stored_bytes(kernel, *tensor);
    work.results += elements_of(kernel, *tensor);
  }
  return work;
}

/// A tensor of any rank as a matrix: its last dim are the columns.
Json inputs_json(const ir::Kernel& kernel, const GivenOperands& given) {
  Json inputs = Json::array();
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    const std::vector<int64_t> shape = kernel.shape(*tensor);
    const auto elements = static_cast<int64_t>(elements_of(kernel, *tensor));
    const auto stored = static_cast<int64_t>(static_cast<double>(elements) * kept_share(*tensor));
    const auto found = given.find(tensor->name);
    inputs.push_back({{"name", tensor->name},
                      {"rows", elements / shape.back()},
                      {"cols", shape.back()},
                      {"nnz", stored},
                      {"source", found == given.end() ? "random" : found->second.source},
                      {"dtype", ir::text_of(tensor->dtype)}});
  }
  return inputs;
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

Json params_json(const ir::Kernel& kernel) {
  Json params = Json::object();
  for (const ir::Param& param : kernel.params) params[param.name] = param.value;
  for (const ir::TypeParam& param : kernel.type_params)
    params[param.name] = ir::text_of(param.value);
  return params;
}

}  // namespace

Json simulate_gpu(Simulation simulation) {
  const SimulateRequest& request = simulation.request;
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  ir::Kernel& kernel = simulation.kernel;
  base::Diagnostics diagnostics;
  GivenOperands given = read_operands(kernel, request.inputs);
  set_sizes(kernel, request, given, diagnostics);
  diagnostics.throw_if_any();
  mapper::fill_gpu_holes(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  const mapper::GpuMapping mapping = mapper::lower_contractions(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  program::GridProgram program = mapper::compile_mapping(mapping, diagnostics);
  diagnostics.throw_if_any();
  dense::TensorValues values;
  if (request.values) {
    values = make_operands(kernel, given, diagnostics);
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
                 {"inputs", inputs_json(kernel, given)},
                 {"verified", request.values ? verified_json(kernel, values) : unverified}};
  const GpuWork work = work_of(kernel, mapping, gpu);
  add_gpu_run(result, run, program, gpu, work);
  result["simulator"] =
      simulator_json(simulation, run.simulate_s, work.products, run.activity.warp_instructions);
  return result;
}

}  // namespace weft::cli
