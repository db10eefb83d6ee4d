// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/error.h"

namespace weft::machine {

/// The name of the machine, one of list_machines(), whose `devices` has `device`: "NVIDIA H200" is
/// "h200". An unknown device is reported with the known ones, and the answer is then empty.
/// Documents with defects of their own are passed over, since loading them reports those.
std::string find_machine_by_device(const std::string& device,
                                   std::span<const std::filesystem::path> directories,
                                   base::Diagnostics& diagnostics);

}  // namespace weft::machine
