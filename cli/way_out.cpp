// SPDX-License-Identifier: Apache-2.0
#include "cli/way_out.h"

#include <limits>
#include <vector>

#include <fmt/format.h>

#include "cli/map.h"
#include "mapper/search/infeasible.h"

namespace weft::cli {

namespace {

constexpr double kLargestFactor = 64;

/// What may be missing altogether, the smallest machine change first.
std::vector<std::string> missing_parts(const machine::MachineDescription& machine) {
  if (machine.kind() == machine::Kind::Gpu) return {"sm.copy.tma=true", "sm.tensor.wgmma=true"};
  return {"dma.engines_per_core=1", "queue_engine.enabled=true"};
}

/// Memories of a given size that mappings may not fit, as settings of so many times their size.
std::vector<std::string> larger_memories(const machine::MachineDescription& machine,
                                         double factor) {
  // What a block of a GPU may have follows from the compute capability: no setting raises it.
  if (machine.kind() == machine::Kind::Gpu) return {};
  const auto bytes = static_cast<double>(machine.fabric().core.spad.bytes) * factor;
  return {fmt::format("core.spad.bytes={:.0f}KiB", bytes / 1024)};
}

/// Whether a mapping meets all constraints on a machine with one more setting.
bool fits_with(SimulateRequest request, const std::string& setting) {
  request.settings.push_back(setting);
  try {
    const MappingProblem problem(request);
    return mapper::nearest_miss(problem.space(), problem.model()).constraint.empty();
  } catch (const base::UserError&) {
    return false;  // no such machine
  }
}

}  // namespace

std::optional<WayOut> cheapest_way_out(const SimulateRequest& request,
                                       const machine::MachineDescription& machine) {
  double factor = 1;
  while (factor < kLargestFactor) {
    factor *= 2;
    for (const std::string& setting : larger_memories(machine, factor)) {
      if (fits_with(request, setting)) return WayOut{setting, factor};
    }
  }
  for (const std::string& setting : missing_parts(machine)) {
    if (fits_with(request, setting))
      return WayOut{setting, std::numeric_limits<double>::infinity()};
  }
  return std::nullopt;
}

}  // namespace weft::cli
