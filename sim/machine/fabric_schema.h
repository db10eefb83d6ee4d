// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/schema.h"
#include "sim/machine/fabric_description.h"

namespace weft::machine {

/// The parameters of a `kind: fabric` document, declared once for reading, writing, checking and
/// documentation.
const base::Schema<FabricDescription>& fabric_schema();

/// Reports what no parameter shows alone: sizes that do not divide, cores without a router, dies
/// without a port. `document` locates the values.
void check_fabric(const FabricDescription& fabric, const base::YamlNode& document,
                  base::Diagnostics& diagnostics);

}  // namespace weft::machine
