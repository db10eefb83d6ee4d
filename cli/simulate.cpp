// SPDX-License-Identifier: Apache-2.0
#include "cli/simulate.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/error.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/named_kernel.h"
#include "cli/simulate_kinds.h"
#include "cli/terminal.h"
#include "cli/timeline.h"
#include "cli/usual_schedule.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/lower_spgemm.h"
#include "mapper/roles.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// Between the first samples of a timeline: the quantum of the fabric, within which threads may be
/// ahead of each other.
constexpr uint64_t kSampleCycles = 1024;

}  // namespace

Json simulator_json(const Simulation& simulation, double simulate_s, double products,
                    double instructions) {
  const double wall_s = std::chrono::duration<double>(Clock::now() - simulation.began).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {{"wall_s", wall_s},
          {"simulate_s", simulate_s},
          {"peak_rss_mib", static_cast<double>(usage.ru_maxrss) / 1024},
          {"products_per_s", products / simulate_s},
          {"instructions_per_s", instructions / simulate_s}};
}

std::function<void(uint64_t)> products_progress(const SimulateRequest& request, int64_t total) {
  if (!request.shows_progress) return {};
  const auto all = static_cast<uint64_t>(total);
  const auto progress = std::make_shared<Progress>(all);
  // What is merged later is inserted twice.
  return [progress, all](uint64_t done) {
    progress->show(all == 0 ? done : std::min(done, all), "products");
  };
}

machine::MachineDescription load_request_machine(const SimulateRequest& request,
                                                 base::Diagnostics& diagnostics) {
  return machine::load_machine(request.machine, request.settings, machine_folders(), diagnostics);
}

ir::Kernel load_request_kernel(const SimulateRequest& request, base::Diagnostics& diagnostics) {
  return load_named_kernel(request.kernel, request.mapping_file, request.kernel_settings,
                           diagnostics);
}

Json simulate_kernel(const SimulateRequest& request, const machine::MachineDescription& machine,
                     ir::Kernel kernel) {
  const auto began = Clock::now();
  base::Diagnostics diagnostics;
  use_usual_schedule(kernel, diagnostics);
  mapper::check_roles(kernel, machine, diagnostics);
  diagnostics.throw_if_any();
  mapper::choose_roles(kernel, machine);
  if (machine.kind() == machine::Kind::Fabric) ir::use_fabric_sizes(kernel, diagnostics);
  std::optional<sim::Timeline> timeline;
  if (!request.timeline_file.empty()) timeline.emplace(kSampleCycles);
  Simulation simulation{request, machine, std::move(kernel), began,
                        timeline ? &*timeline : nullptr};
  const bool gpu = machine.kind() == machine::Kind::Gpu;
  const bool tiles = mapper::is_tile_kernel(simulation.kernel);
  const bool product = mapper::is_sparse_product(simulation.kernel);
  Json result = !gpu    ? (product ? simulate_fabric : simulate_nest)(std::move(simulation))
                : tiles ? simulate_gpu(std::move(simulation))
                        : simulate_rows(std::move(simulation));
  result["configuration"] = machine::write_machine(machine);
  if (timeline) write_text(request.timeline_file, trace_events(*timeline, result));
  return result;
}

Json simulate(const SimulateRequest& request) {
  base::Diagnostics diagnostics;
  const machine::MachineDescription machine = load_request_machine(request, diagnostics);
  ir::Kernel kernel = load_request_kernel(request, diagnostics);
  diagnostics.throw_if_any();
  return simulate_kernel(request, machine, std::move(kernel));
}

}  // namespace weft::cli
