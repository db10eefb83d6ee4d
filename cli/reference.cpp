// SPDX-License-Identifier: Apache-2.0
#include "cli/reference.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace weft::cli {

std::string reference_operation(const std::string& kernel) {
  const bool spgemm = kernel.starts_with("spgemm") || kernel.starts_with("smash_v");
  return spgemm ? "spgemm" : std::string{};
}

nlohmann::ordered_json run_reference(const ReferenceRequest&) {
  throw base::UserError("no native library linked");
}

}  // namespace weft::cli
