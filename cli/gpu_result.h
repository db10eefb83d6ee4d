// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kernels/program/grid_program.h"
#include "sim/gpu/gpu_machine.h"

namespace weft::cli {

/// What a kernel has to do, whoever does it.
struct GpuWork {
  double products = 0;          // multiply-adds; of a 2:4 operand those with stored values
  double results = 0;           // elements of the result
  double compulsory_bytes = 0;  // operands and results once
  double result_bytes = 0;      // of them the results, or somewhat more
  double math_floor_s = 0;      // products at the peaks of the units that do them
};

/// Adds what a run on an SM array measured to a result document: time, rates, traffic, occupancy,
/// stalls, roofline, energy, launches and the attribution to source lines.
void add_gpu_run(nlohmann::ordered_json& result, const sim::GpuRun& run,
                 const program::GridProgram& program, const machine::GpuDescription& gpu,
                 const GpuWork& work);

}  // namespace weft::cli
