// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/read_blocks.h"
#include "kernels/ir/read_value.h"

namespace weft::ir {

void read_schedule(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics) {
  ValueReader reader(diagnostics);
  if (const base::YamlNode* schedule = document.find("schedule")) {
    reader.read(*schedule, kernel.schedule, {"schedule", {}, {}, {}});
  }
  if (const base::YamlNode* bind = document.find("bind")) {
    reader.read(*bind, kernel.bind, {"bind", {}, {}, {}});
  }
}

}  // namespace weft::ir
