// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cctype>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/yaml.h"
#include "sim/memory/dram_config.h"
#include "sim/memory/dram_schema.h"

namespace weft::sim {

namespace {

std::string lower_case(std::string_view word) {
  std::string result(word);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::vector<std::string> presets_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

/// What no single range can say.
void check_dram_config(const DramConfig& config, const base::Location& where,
                       base::Diagnostics& diagnostics) {
  const DramOrganization& o = config.organization;
  const auto power_of_two = [&](const char* key, int64_t value) {
    if (value > 0 && std::has_single_bit(static_cast<uint64_t>(value))) return;
    diagnostics.error(where, fmt::format("{}: expected a power of two, found {}", key, value));
  };
  power_of_two("organization.pseudo_channels", o.pseudo_channels);
  power_of_two("organization.ranks", o.ranks);
  power_of_two("organization.bank_groups", o.bank_groups);
  power_of_two("organization.banks_per_group", o.banks_per_group);
  power_of_two("organization.row_bytes", o.row_bytes);
  power_of_two("organization.burst_bytes", o.burst_bytes);
  power_of_two("timing.command_grid", config.timing.command_grid);
  if (o.row_bytes < 4 * o.burst_bytes) {
    diagnostics.error(
        where,
        fmt::format("organization.row_bytes: expected at least four bursts ({} bytes), found {}",
                    4 * o.burst_bytes, o.row_bytes));
  }
  const int scopes =
      o.activation_scope == ActivationScope::Rank ? o.pseudo_channels * o.ranks : o.pseudo_channels;
  if (scopes > kMaxRefreshUnits) {
    diagnostics.error(
        where,
        fmt::format("organization: expected at most {} units that refresh by themselves, found {}",
                    kMaxRefreshUnits, scopes));
  }
  if (config.controller.refresh == RefreshPolicy::AllBank &&
      config.timing.refi < 2 * config.timing.rfc) {
    diagnostics.error(where,
                      fmt::format("timing.refi: expected at least twice timing.rfc ({}), found {}",
                                  2 * config.timing.rfc, config.timing.refi));
  }
  if (config.controller.write_low_watermark >= config.controller.write_high_watermark) {
    diagnostics.error(
        where,
        "controller.write_low_watermark: expected less than controller.write_high_watermark");
  }
}

DramConfig load_dram_config(const std::filesystem::path& file, base::Diagnostics& diagnostics) {
  const base::YamlNode document = base::read_yaml_file(file, diagnostics);
  const bool readable = diagnostics.empty();
  DramConfig config = dram_schema().read(document, diagnostics);
  if (readable && diagnostics.empty()) check_dram_config(config, document.where(), diagnostics);
  return config;
}

DramConfig load_dram_preset(std::string_view name, const std::filesystem::path& folder) {
  const std::string wanted = lower_case(name);
  const std::vector<std::string> known = presets_in(folder);
  if (std::find(known.begin(), known.end(), wanted) == known.end()) {
    throw base::UserError(fmt::format("DRAM '{}': expected one of {}{}", name,
                                      fmt::join(known, ", "), base::did_you_mean(wanted, known)));
  }
  base::Diagnostics diagnostics;
  DramConfig config = load_dram_config(folder / (wanted + ".yaml"), diagnostics);
  diagnostics.throw_if_any();
  return config;
}

}  // namespace weft::sim
