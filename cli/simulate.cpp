// SPDX-License-Identifier: Apache-2.0
#include "cli/simulate.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace weft::cli {

nlohmann::ordered_json simulate(const SimulateRequest&) {
  throw base::UserError("no simulator linked");
}

}  // namespace weft::cli
