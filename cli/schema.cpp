// SPDX-License-Identifier: Apache-2.0
#include "cli/schema.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/published.h"
#include "kernels/ir/schema.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

struct SchemaKind {
  const char* name;
  nlohmann::ordered_json (*schema)();
};

constexpr SchemaKind kSchemas[] = {
    {"machine", machine::machine_json_schema},
    {"kernel", ir::kernel_schema},
    {"mapping", ir::mapping_schema},
    {"experiment", [] { return experiment_schema(); }},
    {"workload", [] { return workload_schema(); }},
    {"published", [] { return published_schema().json_schema(); }},
    {"sweep", [] { return sweep_schema(); }},
    {"result", [] { return result_schema(); }},
    {"reference", [] { return reference_schema(); }},
    {"experiment-result", [] { return experiment_result_schema(); }},
};

}  // namespace

std::vector<std::string> schema_kinds() {
  std::vector<std::string> kinds;
  for (const SchemaKind& kind : kSchemas) kinds.emplace_back(kind.name);
  return kinds;
}

nlohmann::ordered_json schema_of(const std::string& kind) {
  const auto found =
      std::find_if(std::begin(kSchemas), std::end(kSchemas),
                   [&](const SchemaKind& candidate) { return candidate.name == kind; });
  if (found != std::end(kSchemas)) return found->schema();
  const std::vector<std::string> kinds = schema_kinds();
  throw base::UserError(fmt::format("schema: expected one of {}, found '{}'{}",
                                    fmt::join(kinds, ", "), kind, base::did_you_mean(kind, kinds)));
}

}  // namespace weft::cli
