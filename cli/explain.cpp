// SPDX-License-Identifier: Apache-2.0
#include "cli/explain.h"

#include <algorithm>
#include <numeric>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/known_mappings.h"
#include "cli/link_picture.h"
#include "cli/map.h"
#include "cli/named_kernel.h"
#include "cli/speedups.h"
#include "cli/table.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

/// The bound if the resource of one floor were twice as fast.
double bound_with_twice(const mapper::CostModel& model, std::vector<double> floors, size_t faster) {
  const double base_s = model.floors[faster].base_s;
  floors[faster] = base_s + (floors[faster] - base_s) / 2;
  return *std::ranges::max_element(floors);
}

void check_constraints(const mapper::CostModel& model, const mapper::Point& point,
                       const std::string& document) {
  for (const mapper::Constraint& constraint : model.constraints) {
    const std::string reason = constraint.broken(point);
    if (!reason.empty())
      throw base::UserError(fmt::format("{}: {}: {}", document, constraint.name, reason));
  }
}

/// What a simulation would run, or where that cannot be told the first mapping: a document without
/// holes has no other.
mapper::Point explained_point(const MappingProblem& problem) {
  const std::optional<ir::Kernel> usual = problem.usual_mapping();
  return (usual ? point_of(problem.space(), *usual) : std::nullopt)
      .value_or(problem.space().first());
}

/// The floors of a point, each with the bound of a machine whose resource is twice as fast.
std::string floor_table(const MappingProblem& problem, const mapper::Point& point, bool colour) {
  const mapper::CostModel& model = problem.model();
  if (model.floors.empty()) return "no bounds are known\n";
  const mapper::Bounds bounds(problem.space(), model);
  const std::vector<double> floors = bounds.floors(point, point.size());
  const double bound_s = *std::ranges::max_element(floors);
  Table table(
      {{"resource", Align::Left}, {"at least"}, {"of the bound"}, {"bound if twice as fast"}});
  for (size_t i = 0; i < floors.size(); ++i) {
    const double faster_s = bound_with_twice(model, floors, i);
    const std::string change =
        faster_s < bound_s ? fmt::format(" ({})", show_change(faster_s / bound_s - 1)) : "";
    table.add_row({model.floors[i].name, show_time(floors[i]), show_percent(floors[i] / bound_s),
                   show_time(faster_s) + change});
  }
  return fmt::format("bound         {}\n\n{}", show_time(bound_s), table.str(colour));
}

/// What the operands ask of the network, by where they lie.
std::string network_text(const MappingProblem& problem, const mapper::Point& point) {
  const auto traffic = problem.traffic(point);
  if (!traffic) return {};
  const machine::FabricDescription& fabric = problem.machine().fabric();
  const double bytes_per_s = traffic->cut_bytes_per_cycle * fabric.clock_ghz * 1e9;
  const double least_s = bytes_per_s > 0 ? traffic->cut_bytes / bytes_per_s : 0;
  return fmt::format(
      "\noperands      {} asked of the memories, {} of the busiest\n"
      "bisection     {} between halves of the cores{}, {} at least\n{}{}",
      show_bytes(std::accumulate(traffic->served_bytes.begin(), traffic->served_bytes.end(), 0.0)),
      show_bytes(*std::ranges::max_element(traffic->served_bytes)), show_bytes(traffic->cut_bytes),
      traffic->work.empty() ? " whoever asks" : "", show_time(least_s),
      traffic->work.empty() ? "expected if all cores ask alike: " : "",
      link_picture(traffic->link_bytes, fabric, machine::Topology(fabric)));
}

/// Simulated times of the mapping, with each resource in turn twice as fast.
std::string speedup_table(const MappingProblem& problem, SimulateRequest request,
                          const mapper::Point& point, bool colour) {
  request.values = false;
  const ir::Kernel mapping = problem.mapping(point);
  const std::vector<Speedup> speedups = speedups_of(problem.machine());
  std::vector<WorkerTask> tasks = {timed_simulation(request, problem.machine(), mapping)};
  for (const Speedup& speedup : speedups)
    tasks.push_back(timed_simulation(request, speedup.machine, mapping));
  std::vector<double> times_s;
  for (const WorkerOutcome& outcome :
       run_workers(tasks, std::max(1U, std::thread::hardware_concurrency()))) {
    if (outcome.status != WorkerOutcome::Status::Ok)
      throw base::UserError(fmt::format("{}: {}", request.kernel, outcome.error));
    times_s.push_back(nlohmann::ordered_json::parse(outcome.json).at("time_s"));
  }
  Table table({{"twice as fast", Align::Left}, {"simulated"}, {"change"}, {"by", Align::Left}});
  for (size_t i = 0; i < speedups.size(); ++i) {
    table.add_row({speedups[i].resource, show_time(times_s[i + 1]),
                   show_change(times_s[i + 1] / times_s[0] - 1), speedups[i].parameters});
  }
  return fmt::format("\nsimulated     {}\n\n{}", show_time(times_s[0]), table.str(colour));
}

}  // namespace

std::string explain(const SimulateRequest& request, bool resimulate, bool colour) {
  base::Diagnostics diagnostics;
  load_document_kernel(request.kernel, diagnostics);
  diagnostics.throw_if_any();
  const MappingProblem problem(request);
  const mapper::Point point = explained_point(problem);
  check_constraints(problem.model(), point, request.kernel);
  std::string text =
      fmt::format("kernel        {}\nmachine       {}\n{}", problem.space().kernel().name,
                  problem.machine().id, floor_table(problem, point, colour));
  text += network_text(problem, point);
  if (resimulate) text += speedup_table(problem, request, point, colour);
  return text;
}

}  // namespace weft::cli
