// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "sim/machine/fabric_description.h"
#include "sim/machine/gpu_description.h"

namespace weft::machine {

/// A machine as its document, `extends` and settings describe it. Another kind of machine is
/// another alternative of `model`, with a schema of its own in load_machine.cpp.
struct MachineDescription {
  std::string id;  // "piuma-die": the stem of the file
  std::variant<FabricDescription, GpuDescription> model;

  Kind kind() const { return static_cast<Kind>(model.index()); }
  const std::string& name() const;
  /// The clock of its cores; of a GPU the boost clock.
  double clock_ghz() const;

  /// The fabric; throws UserError where the machine is of another kind.
  const FabricDescription& fabric() const;
  /// The GPU; throws UserError where the machine is of another kind.
  const GpuDescription& gpu() const;
};

}  // namespace weft::machine
