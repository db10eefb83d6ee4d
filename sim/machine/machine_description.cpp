// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/machine_description.h"

#include <fmt/format.h>

#include "base/error.h"

namespace weft::machine {

namespace {

template <class Described>
const Described& of_kind(const MachineDescription& machine, Kind kind) {
  if (const auto* described = std::get_if<Described>(&machine.model)) return *described;
  throw base::UserError(fmt::format("machine '{}': expected kind: {}, found kind: {}", machine.id,
                                    word_of(kind), word_of(machine.kind())));
}

}  // namespace

const std::string& MachineDescription::name() const {
  return std::visit([](const auto& described) -> const std::string& { return described.name; },
                    model);
}

double MachineDescription::clock_ghz() const {
  if (const auto* gpu = std::get_if<GpuDescription>(&model)) return gpu->clock.boost_ghz;
  return fabric().clock_ghz;
}

const FabricDescription& MachineDescription::fabric() const {
  return of_kind<FabricDescription>(*this, Kind::Fabric);
}

const GpuDescription& MachineDescription::gpu() const {
  return of_kind<GpuDescription>(*this, Kind::Gpu);
}

}  // namespace weft::machine
