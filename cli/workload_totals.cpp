// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/workload.h"

namespace weft::cli {

namespace {

/// The run that stands for a step: the first of its input on the machine. Null where it failed.
const Run* run_of(const WorkloadStep& step, const std::string& label,
                  const std::vector<Run>& runs) {
  const auto found = std::ranges::find_if(runs, [&](const Run& run) {
    return run.origin == Run::Origin::Simulated && run.input == step.input() && run.label == label;
  });
  return found == runs.end() || found->failed() ? nullptr : &*found;
}

/// The total that a step belongs to.
std::string title_of(const Workload& workload, const WorkloadStep& step) {
  const std::string& model = step.model.empty() ? workload.name : step.model;
  return step.total.empty() ? model : fmt::format("{}, {}", model, step.total);
}

}  // namespace

std::vector<WorkloadTotal> workload_totals(const Workload& workload, const std::vector<Run>& runs) {
  std::vector<WorkloadTotal> totals;
  std::vector<std::string> labels, models;
  const auto add_new = [](std::vector<std::string>& list, const std::string& name) {
    if (std::ranges::find(list, name) == list.end()) list.push_back(name);
  };
  for (const Run& run : runs) {
    if (run.origin == Run::Origin::Simulated) add_new(labels, run.label);
  }
  for (const WorkloadStep& step : workload.steps) add_new(models, title_of(workload, step));
  for (const std::string& model : models) {
    for (const std::string& label : labels) {
      WorkloadTotal total{model, label, 0, 0, 0};
      const bool whole = std::ranges::all_of(workload.steps, [&](const WorkloadStep& step) {
        if (title_of(workload, step) != model) return true;
        const Run* run = run_of(step, label, runs);
        if (run == nullptr) return false;
        const auto times = static_cast<double>(step.times);
        total.steps += step.times;
        total.time_s += times * run->time_s;
        total.energy_j += times * run->energy_total_j;
        return true;
      });
      if (whole) totals.push_back(std::move(total));
    }
  }
  return totals;
}

}  // namespace weft::cli
