// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/machine_description.h"

#include <fmt/format.h>

#include "base/error.h"

namespace weft::machine {

const std::string& MachineDescription::name() const {
  return std::visit([](const auto& described) -> const std::string& { return described.name; },
                    model);
}

double MachineDescription::clock_ghz() const {
  return std::visit([](const auto& described) { return described.clock_ghz; }, model);
}

const FabricDescription& MachineDescription::fabric() const {
  if (const auto* fabric = std::get_if<FabricDescription>(&model)) return *fabric;
  throw base::UserError(fmt::format("machine '{}': expected kind: fabric, found another kind", id));
}

}  // namespace weft::machine
