// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "sim/machine/machine_description.h"

namespace weft::cli {

/// One kernel on one machine, as the user named them.
struct SimulateRequest {
  std::string kernel;                        // a name from `weft list kernels`, or a file
  std::string machine;                       // a name from `weft list machines`, or a file
  std::string mapping_file;                  // empty: fill the kernel's holes by bounds
  std::vector<std::string> inputs;           // "NAME=SOURCE"
  std::vector<std::string> params;           // "PARAMETER=VALUE"
  std::vector<std::string> settings;         // "path=value", applied to the machine
  std::vector<std::string> kernel_settings;  // "path=value", applied to the kernel document
  bool values = true;                        // false: time only, no operands
  std::string timeline_file;                 // Trace Event JSON of the run; empty: none
  bool shows_progress = false;               // on the terminal; workers have none of their own
};

/// The machine of a request, with its settings. Every defect goes to `diagnostics`.
machine::MachineDescription load_request_machine(const SimulateRequest& request,
                                                 base::Diagnostics& diagnostics);

/// The kernel of a request: the document as named, or the mapping that stands for it.
ir::Kernel load_request_kernel(const SimulateRequest& request, base::Diagnostics& diagnostics);

/// Builds the machine, runs the kernel on it and returns the result document (schema
/// "weft.result/1"). SystemC elaborates once per process: call it once in a process. Throws
/// UserError for defects of the inputs.
nlohmann::ordered_json simulate(const SimulateRequest& request);

/// The same for documents at hand; of the request, the inputs, parameters and values count.
nlohmann::ordered_json simulate_kernel(const SimulateRequest& request,
                                       const machine::MachineDescription& machine,
                                       ir::Kernel kernel);

}  // namespace weft::cli
