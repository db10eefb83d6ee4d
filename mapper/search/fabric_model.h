// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/search/cost_model.h"
#include "mapper/search/spgemm_histogram.h"
#include "sim/machine/fabric_description.h"

namespace weft::mapper {

/// What is known of the mappings of a sparse product on a fabric. The space, the machine and the
/// histogram must outlive it.
///
/// Constraints: the machine has the units (`unit`), the compiler knows what the words say together
/// (`words`), and the tables and buffers fit (`scratchpad`).
CostModel fabric_model(const Mapspace& space, const machine::FabricDescription& fabric,
                       const SpgemmHistogram& histogram);

}  // namespace weft::mapper
