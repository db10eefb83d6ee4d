// SPDX-License-Identifier: Apache-2.0
#include "cli/map.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/documents.h"
#include "cli/model_judge.h"
#include "cli/nest_operands.h"
#include "cli/operands.h"
#include "cli/row_compiler.h"
#include "cli/simulate_kinds.h"
#include "cli/usual_schedule.h"
#include "kernels/ir/library.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/lower_spgemm.h"
#include "mapper/nest/compile_nest.h"
#include "mapper/nest/fill_nest.h"
#include "mapper/roles.h"
#include "mapper/search/fabric_model.h"
#include "mapper/search/gpu_model.h"
#include "mapper/search/nest_model.h"
#include "mapper/search/row_model.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

using mapper::RowKernel;

/// Whether a kernel is a product of two sparse matrices that the machine has a walk of rows for: on
/// a GPU one of matrices by rows.
bool is_product(const ir::Kernel& kernel, const machine::MachineDescription& machine) {
  return mapper::is_sparse_product(kernel) &&
         (machine.kind() == machine::Kind::Fabric || mapper::is_row_kernel(kernel));
}

/// Whether a kernel runs as loop nests.
bool is_nest(const ir::Kernel& kernel, const machine::MachineDescription& machine) {
  if (is_product(kernel, machine)) return false;
  return machine.kind() == machine::Kind::Fabric ||
         (!mapper::is_tile_kernel(kernel) && !mapper::is_row_kernel(kernel));
}

/// `nest`: gets the operands of a kernel that runs as loop nests.
ir::Kernel load_sized_kernel(const SimulateRequest& request,
                             const machine::MachineDescription& machine,
                             const std::optional<tensor::ProductOperands>& operands,
                             std::optional<NestOperands>& nest) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = ir::load_kernel(request.kernel, kernel_folders(), diagnostics);
  use_usual_schedule(kernel, diagnostics);
  mapper::check_roles(kernel, machine, diagnostics);
  diagnostics.throw_if_any();
  mapper::choose_roles(kernel, machine);
  if (machine.kind() == machine::Kind::Fabric) ir::use_fabric_sizes(kernel, diagnostics);
  if (operands) {
    set_product_sizes(kernel, request.params, *operands, diagnostics);
    diagnostics.throw_if_any();
  } else if (is_nest(kernel, machine)) {
    mapper::check_nest_words(kernel, diagnostics);
    diagnostics.throw_if_any();
    nest = load_nest_operands(kernel, request);
  } else if (mapper::row_kernel_of(kernel) != RowKernel::None) {
    set_row_sizes(request, kernel);
  } else {
    set_dense_sizes(request, kernel);
  }
  return kernel;
}

std::optional<tensor::ProductOperands> load_product(const SimulateRequest& request,
                                                    const machine::MachineDescription& machine) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel = ir::load_kernel(request.kernel, kernel_folders(), diagnostics);
  diagnostics.throw_if_any();
  if (!is_product(kernel, machine)) return std::nullopt;
  return load_operands(kernel, request.inputs);
}

machine::MachineDescription load_request_machine(const SimulateRequest& request) {
  base::Diagnostics diagnostics;
  machine::MachineDescription machine =
      machine::load_machine(request.machine, request.settings, machine_folders(), diagnostics);
  diagnostics.throw_if_any();
  return machine;
}

mapper::Mapspace make_space(const ir::Kernel& kernel) {
  base::Diagnostics diagnostics;
  mapper::Mapspace space(kernel, diagnostics);
  diagnostics.throw_if_any();
  return space;
}

}  // namespace

struct MappingProblem::Parts {
  explicit Parts(const SimulateRequest& request)
      : machine(load_request_machine(request)),
        named_machine(request.machine == machine.id
                          ? machine.id
                          : std::filesystem::absolute(request.machine).string()),
        operands(load_product(request, machine)),
        kernel(load_sized_kernel(request, machine, operands, nest)),
        space(make_space(kernel)) {
    if (operands) histogram.emplace(operands->a->matrix, operands->b->matrix);
    base::Diagnostics diagnostics;
    if (nest) tensors.emplace(kernel, nest->values, diagnostics);
    diagnostics.throw_if_any();
    model = machine.kind() == machine::Kind::Fabric ? fabric_model() : gpu_model(request);
  }

  mapper::CostModel fabric_model() {
    return histogram ? mapper::fabric_model(space, machine.fabric(), *histogram)
                     : mapper::nest_model(space, machine.fabric(), *tensors);
  }

  mapper::CostModel gpu_model(const SimulateRequest& request) {
    const machine::GpuDescription& gpu = machine.gpu();
    if (histogram) {
      return mapper::row_model(
          space, gpu,
          {.products = static_cast<double>(histogram->products), .operand_bytes = 0, .fp64 = true},
          product_compiler(*operands, gpu));
    }
    if (nest) return mapper::row_model(space, gpu, {}, nest_compiler(*tensors, gpu));
    if (mapper::row_kernel_of(space.kernel()) != RowKernel::None)
      return mapper::row_model(space, gpu, {}, mixed_compiler(request, kernel));
    judge = std::make_unique<ModelJudge>(gpu);
    base::Diagnostics diagnostics;
    mapper::CostModel made = mapper::gpu_model(space, gpu, judge.get(), diagnostics);
    diagnostics.throw_if_any();
    return made;
  }

  machine::MachineDescription machine;
  std::string named_machine;  // for other folders too
  std::optional<tensor::ProductOperands> operands;
  std::optional<NestOperands> nest;  // of a kernel that runs as loop nests
  ir::Kernel kernel;
  mapper::Mapspace space;
  std::optional<mapper::SpgemmHistogram> histogram;
  std::optional<mapper::NestTensors> tensors;
  std::unique_ptr<ModelJudge> judge;  // of tiles on an SM array
  mapper::CostModel model;
};

MappingProblem::MappingProblem(const SimulateRequest& request)
    : parts_(std::make_unique<Parts>(request)) {}
MappingProblem::~MappingProblem() = default;

const machine::MachineDescription& MappingProblem::machine() const {
  return parts_->machine;
}
const mapper::Mapspace& MappingProblem::space() const {
  return parts_->space;
}
const mapper::CostModel& MappingProblem::model() const {
  return parts_->model;
}

std::optional<mapper::PlacedTraffic> MappingProblem::traffic(const mapper::Point& point) const {
  if (parts_->machine.kind() != machine::Kind::Fabric || !parts_->histogram) return std::nullopt;
  const machine::FabricDescription& fabric = parts_->machine.fabric();
  const ir::Kernel kernel = mapping(point);
  const mapper::FabricTarget target = mapper::fabric_target(fabric, kernel.bind.limits);
  base::Diagnostics diagnostics;
  const mapper::SpgemmPlan plan = mapper::lower_spgemm(kernel, target, diagnostics);
  diagnostics.throw_if_any();
  return mapper::placed_traffic(plan, target, fabric, machine::Topology(fabric),
                                parts_->histogram->operands);
}

namespace {

/// Leaves out the words that say nothing about the accumulator that was chosen, as a reader of the
/// document would refuse them.
void fit_to_kinds(ir::StatementSchedule& schedule) {
  for (auto& entry : schedule.accum.entries) {
    ir::Accum& accum = entry.value;
    if (!accum.kind.fixed()) continue;
    ir::for_each_field<ir::Accum>([&](const auto& field) {
      const std::vector<ir::AccumKind> suited = ir::Accum::kinds_of(field.key);
      if (!suited.empty() && std::ranges::count(suited, accum.kind.value()) == 0)
        accum.*field.member = ir::Accum{}.*field.member;
    });
  }
}

}  // namespace

ir::Kernel MappingProblem::mapping(const mapper::Point& point) const {
  ir::Kernel kernel = parts_->space.fill(point);
  fit_to_kinds(kernel.schedule.all);
  for (auto& entry : kernel.schedule.statements.entries) fit_to_kinds(entry.value);
  base::Diagnostics diagnostics;
  if (parts_->machine.kind() == machine::Kind::Gpu) {
    if (parts_->histogram) mapper::fill_row_spgemm(kernel, diagnostics);
  } else if (parts_->histogram) {
    mapper::fill_by_bounds(kernel,
                           mapper::fabric_target(parts_->machine.fabric(), kernel.bind.limits),
                           parts_->histogram->operands.b.cols, diagnostics);
  }
  diagnostics.throw_if_any();
  kernel.bind.arch = parts_->named_machine;
  kernel.is_mapping = true;
  return kernel;
}

std::optional<ir::Kernel> MappingProblem::usual_mapping() const {
  ir::Kernel kernel = parts_->kernel;
  base::Diagnostics diagnostics;
  if (parts_->judge) {
    mapper::fill_gpu_holes(kernel, parts_->machine.gpu(), diagnostics, parts_->judge.get());
  } else if (parts_->tensors) {
    const mapper::NestTarget target = parts_->machine.kind() == machine::Kind::Gpu
                                          ? mapper::nest_target(parts_->machine.gpu())
                                          : mapper::nest_target(parts_->machine.fabric());
    mapper::fill_nest_holes(kernel, target, *parts_->tensors, diagnostics);
  } else {
    return std::nullopt;
  }
  return diagnostics.empty() ? std::optional(std::move(kernel)) : std::nullopt;
}

WorkerTask timed_simulation(const SimulateRequest& request,
                            const machine::MachineDescription& machine, const ir::Kernel& mapping) {
  return {"simulating mappings", [&request, &machine, &mapping] {
            return nlohmann::ordered_json{
                {"time_s", simulate_kernel(request, machine, mapping).at("time_s")}};
          }};
}

std::vector<mapper::Evaluation> WorkerEvaluator::evaluate(const std::vector<ir::Kernel>& mappings) {
  SimulateRequest timed = request_;
  timed.values = false;
  std::vector<WorkerTask> tasks;
  tasks.reserve(mappings.size());
  for (const ir::Kernel& mapping : mappings)
    tasks.push_back(timed_simulation(timed, problem_.machine(), mapping));
  std::vector<mapper::Evaluation> evaluations;
  for (const WorkerOutcome& outcome : run_workers(tasks, jobs_)) {
    mapper::Evaluation& evaluation = evaluations.emplace_back();
    evaluation.interrupted = outcome.status == WorkerOutcome::Status::Interrupted;
    evaluation.refusal = outcome.error;
    if (outcome.status == WorkerOutcome::Status::Ok)
      evaluation.time_s = nlohmann::ordered_json::parse(outcome.json).at("time_s");
  }
  return evaluations;
}

namespace {

/// The number above zero in front of a word; nothing where the text is something else. Larger ones
/// than all whole numbers that a double holds are none.
std::optional<double> number_before(const std::string& text, const std::string& word) {
  constexpr double kMost = 9007199254740992.0;  // 2^53
  if (!text.ends_with(word)) return std::nullopt;
  const std::string number = text.substr(0, text.size() - word.size());
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool all = error == std::errc() && end == number.data() + number.size();
  return all && value > 0 && value <= kMost ? std::optional(value) : std::nullopt;
}

/// Reads one part of a budget into `budget`; false where it is none.
bool read_budget_part(const std::string& part, mapper::SearchBudget& budget) {
  if (const auto simulations = number_before(part, "sims")) {
    budget.simulations = static_cast<size_t>(*simulations);
    return static_cast<double>(budget.simulations) == *simulations;
  }
  constexpr std::pair<const char*, double> kUnits[] = {{"ms", 1e-3}, {"min", 60}, {"s", 1}};
  for (const auto& [unit, seconds] : kUnits) {
    if (const auto value = number_before(part, unit)) {
      budget.seconds = *value * seconds;
      return true;
    }
  }
  return false;
}

}  // namespace

mapper::SearchBudget parse_budget(const std::string& text) {
  mapper::SearchBudget budget;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    if (!read_budget_part(text.substr(begin, end - begin), budget)) {
      throw base::UserError(fmt::format(
          "--budget {}: expected a time such as 30s or a number such as 200sims, found '{}'", text,
          text.substr(begin, end - begin)));
    }
    begin = end + 1;
  }
  if (budget.simulations == 0) budget.simulations = std::numeric_limits<size_t>::max();
  return budget;
}

}  // namespace weft::cli
