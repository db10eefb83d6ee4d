// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/search/cost_model.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// The work of a row kernel that no mapping avoids.
struct RowWorkload {
  double products = 0;
  double operand_bytes = 0;  // read at least once
  bool fp64 = false;
};

/// What is known of the mappings of a kernel over the rows of a sparse matrix on an SM array. The
/// space and the machine must outlive it. Its constraint is the compiler's own (`words`).
CostModel row_model(const Mapspace& space, const machine::GpuDescription& gpu,
                    const RowWorkload& work);

}  // namespace weft::mapper
