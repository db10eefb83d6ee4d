// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "kernels/program/row_program.h"
#include "mapper/search/cost_model.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// The work of a row kernel that no mapping avoids.
struct RowWorkload {
  double products = 0;
  double operand_bytes = 0;  // read at least once
  bool fp64 = false;
};

/// A kernel without holes as launches of CTAs that differ by the data, ready to run; null, with the
/// reasons, where the compiler refuses it. What it makes may be used until the next is made.
using RowCompiler =
    std::function<std::unique_ptr<program::RowProgram>(const ir::Kernel&, base::Diagnostics&)>;

/// What is known of the mappings of a kernel over the rows of a sparse matrix, or of loop nests, on
/// an SM array. The space, the machine and what the compiler refers to must outlive it. Its
/// constraint is the compiler's own (`words`). Floors are those of row_floors() where there is host
/// time to run all mappings by themselves, and else those of the work that none of them avoids.
CostModel row_model(const Mapspace& space, const machine::GpuDescription& gpu,
                    const RowWorkload& work, RowCompiler compiler);

}  // namespace weft::mapper
