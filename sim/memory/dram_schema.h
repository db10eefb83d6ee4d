// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/schema.h"
#include "sim/memory/dram_config.h"

namespace weft::sim {

/// What a DRAM document may say.
const base::Schema<DramConfig>& dram_schema();

}  // namespace weft::sim
