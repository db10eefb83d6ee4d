// SPDX-License-Identifier: Apache-2.0
#include "cli/explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/map.h"
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

}  // namespace

std::string explain(const SimulateRequest& request, bool colour) {
  const MappingProblem problem(request);
  const mapper::CostModel& model = problem.model();
  const mapper::Point point = problem.space().first();
  for (const mapper::Constraint& constraint : model.constraints) {
    const std::string reason = constraint.broken(point);
    if (!reason.empty())
      throw base::UserError(fmt::format("{}: {}: {}", request.kernel, constraint.name, reason));
  }
  if (model.floors.empty()) {
    throw base::UserError(fmt::format("{}: no bounds are known for {} on {}", request.kernel,
                                      problem.space().kernel().name, problem.machine().id));
  }
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
  return fmt::format("kernel        {}\nmachine       {}\nbound         {}\n\n{}",
                     problem.space().kernel().name, problem.machine().id, show_time(bound_s),
                     table.str(colour));
}

}  // namespace weft::cli
