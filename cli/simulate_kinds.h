// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "cli/simulate.h"
#include "kernels/ir/kernel.h"
#include "sim/machine/machine_description.h"
#include "sim/timeline/timeline.h"

namespace weft::cli {

/// A request whose documents are loaded.
struct Simulation {
  const SimulateRequest& request;
  const machine::MachineDescription& machine;
  ir::Kernel kernel;
  std::chrono::steady_clock::time_point began;
  sim::Timeline* timeline;  // to fill; null where none is wanted
};

/// Runs a kernel on a machine of one kind, and writes all of its result but the configuration.
nlohmann::ordered_json simulate_fabric(Simulation simulation);
nlohmann::ordered_json simulate_gpu(Simulation simulation);
/// A sparse product or a sparse matrix met with dense operands, on a GPU.
nlohmann::ordered_json simulate_rows(Simulation simulation);

/// What a result says of its own making. `simulate_s`: host seconds without reading, compiling and
/// checking.
nlohmann::ordered_json simulator_json(const Simulation& simulation, double simulate_s,
                                      double products, double instructions);

}  // namespace weft::cli
