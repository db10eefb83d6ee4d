// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/device_names.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/machine/load_machine.h"

namespace weft::machine {

std::string find_machine_by_device(const std::string& device,
                                   std::span<const std::filesystem::path> directories,
                                   base::Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const std::string& name : list_machines(directories)) {
    base::Diagnostics defects;
    const MachineDescription machine = load_machine(name, {}, directories, defects);
    if (!defects.empty() || machine.kind() != Kind::Gpu) continue;
    const std::vector<std::string>& devices = machine.gpu().devices;
    if (std::find(devices.begin(), devices.end(), device) != devices.end()) return name;
    known.insert(known.end(), devices.begin(), devices.end());
  }
  diagnostics.error(base::Location{fmt::format("device '{}'", device), 0, 0},
                    fmt::format("expected one of {}{}", fmt::join(known, ", "),
                                base::did_you_mean(device, known)));
  return {};
}

}  // namespace weft::machine
