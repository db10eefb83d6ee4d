// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kernels/program/program.h"
#include "kernels/tensor/spgemm_count.h"
#include "sim/fabric/fabric_machine.h"
#include "sim/machine/fabric_description.h"

namespace weft::cli {

/// Adds what a run on the fabric measured to a result document: time, rates, traffic, stalls,
/// roofline, energy, phases and the attribution to source lines.
void add_fabric_run(nlohmann::ordered_json& result, const sim::FabricRun& run,
                    const program::Program& program, const machine::FabricDescription& fabric,
                    const tensor::SpgemmWork& work);

}  // namespace weft::cli
