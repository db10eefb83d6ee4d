// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapper/gpu/nest/nest_rows.h"
#include "mapper/roles.h"
#include "sim/gpu/row_machine.h"
#include "sim/machine/load_machine.h"
#include "tests/support/nest_machine.h"

namespace weft::tests {

/// What a kernel did on an SM array.
struct GpuNestRun {
  std::vector<std::string> messages;  // why it was not run
  sim::GpuRun run;
  std::vector<program::Source> sources;
  double products = 0;
  uint64_t compulsory_bytes = 0;  // that every mapping must move
  einsum::Operands results;
  einsum::Deviation deviation;  // from the direct evaluation
};

inline machine::MachineDescription gpu_machine() {
  const std::vector<std::filesystem::path> folders = {std::filesystem::path(WEFT_SOURCE_DIR) /
                                                      "configs/machines"};
  base::Diagnostics diagnostics;
  machine::MachineDescription machine = machine::load_machine("h200", {}, folders, diagnostics);
  diagnostics.throw_if_any();
  return machine;
}

/// SystemC elaborates before its first run, so that a process has one machine.
inline sim::RowMachine& sm_array() {
  static sim::RowMachine machine(gpu_machine().gpu());
  return machine;
}

/// Fills, compiles and runs a kernel on operands; those not given are random.
inline GpuNestRun run_gpu_nest(ir::Kernel kernel, einsum::Operands operands = {}) {
  GpuNestRun run;
  base::Diagnostics diagnostics;
  operands = with_random(kernel, std::move(operands));
  const mapper::NestTarget target = mapper::nest_target(sm_array().description());
  mapper::NestTensors tensors(kernel, operands, diagnostics);
  if (diagnostics.empty()) mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  if (diagnostics.empty()) {
    mapper::NestRows program(kernel, target, tensors, diagnostics);
    if (diagnostics.empty()) {
      run.run = sm_array().run(program);
      run.sources = program.sources;
      run.products = program.products();
    }
  }
  record_results(run, kernel, operands, tensors, diagnostics);
  return run;
}

inline GpuNestRun run_gpu_nest(const std::string& text, einsum::Operands operands = {}) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = nest_kernel(text, diagnostics);
  if (diagnostics.empty()) return run_gpu_nest(std::move(kernel), std::move(operands));
  GpuNestRun run;
  run.messages = diagnostics.messages();
  return run;
}

}  // namespace weft::tests
