// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "cli/simulate.h"
#include "kernels/ir/kernel.h"
#include "kernels/tensor/source.h"
#include "mapper/compile/builder.h"
#include "mapper/compile/spgemm_plan.h"
#include "sim/machine/machine_description.h"
#include "sim/memory/dram_config.h"
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
/// Any other kernel on the fabric, as loop nests.
nlohmann::ordered_json simulate_nest(Simulation simulation);
nlohmann::ordered_json simulate_gpu(Simulation simulation);
/// Anything but a contraction in tiles on a GPU: sparse products, a sparse matrix met with dense
/// operands, and loop nests.
nlohmann::ordered_json simulate_rows(Simulation simulation);

/// A product of two sparse matrices on a fabric: its operands, read or drawn, its plan and its
/// program. The kernel's holes are filled.
struct CompiledProduct {
  tensor::ProductOperands operands;
  mapper::SpgemmPlan plan;
  std::unique_ptr<const mapper::SpgemmOperands> counted;  // which the program reads
  mapper::CompiledKernel compiled;
};
CompiledProduct compile_product(ir::Kernel& kernel, const SimulateRequest& request,
                                const machine::FabricDescription& fabric);

/// Sets the sizes of a kernel: of dense contractions from given files and `-p`, of a sparse matrix
/// met with dense operands from the matrix and `-p`. Throws UserError where they disagree.
void set_dense_sizes(const SimulateRequest& request, ir::Kernel& kernel);
void set_row_sizes(const SimulateRequest& request, ir::Kernel& kernel);

/// What a machine tells of products that are done, as a line on the terminal; empty where none is
/// wanted. `total`: 0 where it is not known before the end.
std::function<void(uint64_t)> products_progress(const SimulateRequest& request, int64_t total);

/// The DRAM behind the memory controllers of a fabric; nothing for `flat`, which has neither banks
/// nor rows.
std::optional<sim::DramConfig> load_fabric_dram(const machine::FabricDescription& fabric);

/// What a result says of its own making. `simulate_s`: host seconds without reading, compiling and
/// checking.
nlohmann::ordered_json simulator_json(const Simulation& simulation, double simulate_s,
                                      double products, double instructions);

}  // namespace weft::cli
