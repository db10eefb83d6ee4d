// SPDX-License-Identifier: Apache-2.0
#include "base/schema_value.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/scalar.h"

namespace weft::base {

std::string markdown_table(const std::vector<ParameterRow>& rows) {
  std::string table = "| parameter | allowed | default | meaning |\n|---|---|---|---|\n";
  for (const ParameterRow& row : rows) {
    table +=
        fmt::format("| `{}` | {} | {} | {} |\n", row.path, row.allowed, row.initial, row.meaning);
  }
  return table;
}

void ValueType::append_rows(ParameterRow row, const void* initial,
                            std::vector<ParameterRow>& rows) const {
  row.allowed = expectation();
  if (row.initial.empty()) {
    const nlohmann::ordered_json value = write(initial);
    row.initial = value.is_string() ? value.get<std::string>() : value.dump();
  }
  rows.push_back(std::move(row));
}

void refuse(const YamlNode& node, const std::string& expected, const std::string& meaning,
            Diagnostics& diagnostics) {
  report(node, fmt::format("expected {}, found {} ({})", expected, describe(node), meaning),
         diagnostics);
}

void refuse_key(const YamlNode& map, const YamlEntry& entry, const std::vector<std::string>& known,
                Diagnostics& diagnostics) {
  report_key(map, entry,
             fmt::format("unknown key '{}'{}", entry.key, did_you_mean(entry.key, known)),
             diagnostics);
}

}  // namespace weft::base
