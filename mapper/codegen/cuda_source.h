// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/rows/spgemm_rows.h"
#include "sim/machine/gpu_description.h"

namespace weft::mapper {

/// The CUDA program of a mapped dense or 2:4 product: the device code of
/// kernels/native/cuda/device, with the mapping's tiles, stages, order of CTAs and parts of k as
/// constants, and a main that checks and times it. `sources` is the folder that holds kernels/.
/// What the device code does not know (statements that share an SM, units or types of older cards)
/// is reported with the statement's place.
std::string cuda_product_source(const ir::Kernel& kernel, const GpuMapping& mapping,
                                const machine::GpuDescription& gpu,
                                const std::filesystem::path& sources,
                                base::Diagnostics& diagnostics);

/// The same for a row-wise sparse product with hash tables in shared memory.
std::string cuda_row_spgemm_source(const ir::Kernel& kernel, const RowSpgemmPlan& plan,
                                   const machine::GpuDescription& gpu,
                                   const std::filesystem::path& sources,
                                   base::Diagnostics& diagnostics);

}  // namespace weft::mapper
