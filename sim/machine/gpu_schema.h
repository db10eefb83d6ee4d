// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/schema.h"
#include "sim/machine/gpu_description.h"

namespace weft::machine {

/// The parameters of a `kind: gpu` document, declared once for reading, writing, checking and
/// documentation.
const base::Schema<GpuDescription>& gpu_schema();

/// The part of it that describes an SM.
base::Schema<SmDescription> sm_schema();

/// Reports what no parameter shows alone: clocks out of order, sizes that do not divide, a
/// bandwidth that the pins do not give, units that the compute capability does not have. `document`
/// locates the values.
void check_gpu(const GpuDescription& gpu, const base::YamlNode& document,
               base::Diagnostics& diagnostics);

}  // namespace weft::machine
