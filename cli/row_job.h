// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/gpu_result.h"
#include "cli/mixed_operands.h"
#include "cli/simulate_kinds.h"
#include "kernels/program/row_program.h"
#include "kernels/tensor/verify.h"
#include "mapper/gpu/rows/lower_dense.h"

namespace weft::cli {

/// A row kernel on its operands: what is run, and what is said of it. Owns what it needs.
struct RowJob {
  std::unique_ptr<program::RowProgram> program;
  std::function<tensor::VerifyReport()> verify;  // once the program has run
  std::function<GpuWork()> work;                 // once the program has run
  std::string against;
  nlohmann::ordered_json inputs;
  nlohmann::ordered_json params;   // null where the inputs say all
  std::vector<std::string> notes;  // what the schedule says in vain
};

/// The launch of a sparse matrix met with dense operands, which must outlive it.
program::RowLaunch dense_launch(const mapper::DenseRowsPlan& plan, MixedOperands& operands);

/// Reads operands, fills holes and lowers the kernel of a simulation, which is a sparse product or
/// a sparse matrix met with dense operands. UserError with every defect.
RowJob make_row_job(Simulation& simulation);

/// The same for any other kernel, as loop nests whose points belong to threads.
RowJob make_nest_job(Simulation& simulation);

}  // namespace weft::cli
