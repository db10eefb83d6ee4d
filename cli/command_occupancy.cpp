// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/quantity.h"
#include "base/scalar.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "sim/machine/load_machine.h"
#include "sim/machine/occupancy_advice.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using machine::Resource;

constexpr double kMostSharedBytes = 0x1p40;

/// A launch and everything that is known about it.
struct Answer {
  const machine::SmLimits& sm;
  machine::LaunchShape shape;
  machine::Occupancy occupancy;
  std::vector<std::string> refusals;  // why no block fits
  std::vector<machine::OccupancyRaise> raises;
};

int64_t read_bytes(const std::string& text, const char* option, base::Diagnostics& diagnostics) {
  std::optional<double> bytes = base::parse_quantity(text, base::Unit::Bytes);
  if (!bytes) bytes = base::parse_real(text);
  if (bytes && *bytes >= 0 && *bytes <= kMostSharedBytes && std::trunc(*bytes) == *bytes)
    return static_cast<int64_t>(*bytes);
  diagnostics.error({option},
                    fmt::format("expected bytes, such as 49152 or 48KiB, found '{}'", text));
  return 0;
}

machine::ComputeCapability read_cc(const std::string& text, const std::string& place,
                                   base::Diagnostics& diagnostics) {
  const auto cc = machine::parse_compute_capability(text);
  if (!cc) {
    diagnostics.error({place},
                      fmt::format("expected a compute capability such as 9.0, found '{}'", text));
  }
  return cc.value_or(machine::ComputeCapability());
}

/// The compute capability in the description of a machine, which only those with SMs have.
std::string cc_of_machine(const std::string& name, base::Diagnostics& diagnostics) {
  const machine::MachineDescription description =
      machine::load_machine(name, {}, machine_folders(), diagnostics);
  diagnostics.throw_if_any();
  const Json parameters = machine::write_machine(description);
  if (parameters.contains("compute_capability")) return parameters.at("compute_capability");
  throw base::UserError(
      fmt::format("machine '{}': expected a GPU, which has a compute_capability", name));
}

/// The limits that --cc or --machine name.
const machine::SmLimits& limits_of(const OccupancyOptions& options,
                                   base::Diagnostics& diagnostics) {
  if (options.cc.empty() == options.machine.empty()) {
    throw base::UserError(fmt::format("occupancy: expected one of --cc and --machine, found {}",
                                      options.cc.empty() ? "neither" : "both"));
  }
  const bool by_machine = !options.machine.empty();
  const std::string text = by_machine ? cc_of_machine(options.machine, diagnostics) : options.cc;
  const machine::ComputeCapability cc =
      read_cc(text, by_machine ? options.machine : "--cc", diagnostics);
  diagnostics.throw_if_any();
  return machine::sm_limits(cc);
}

Answer answer(const OccupancyOptions& options) {
  base::Diagnostics diagnostics;
  machine::LaunchShape shape;
  shape.threads_per_block = options.threads;
  shape.registers_per_thread = options.registers;
  shape.static_shared_bytes = read_bytes(options.shared, "--smem", diagnostics);
  shape.dynamic_shared_bytes = read_bytes(options.dynamic_shared, "--dynamic-smem", diagnostics);
  shape.opts_in = options.opts_in;
  if (options.carve_out_percent >= 0) shape.carve_out_percent = options.carve_out_percent;
  const machine::SmLimits& sm = limits_of(options, diagnostics);
  return {sm, shape, machine::occupancy(sm, shape), machine::why_no_block_fits(sm, shape),
          machine::occupancy_advice(sm, shape)};
}

Json raise_json(const machine::OccupancyRaise& raise) {
  Json changes = Json::array();
  for (const machine::LaunchChange& change : raise.changes) {
    changes.push_back({{"parameter", machine::name_of(change.parameter)},
                       {change.at_most ? "at_most" : "at_least", change.value}});
  }
  return {{"changes", changes},
          {"blocks_per_sm", raise.blocks_per_sm},
          {"warps_per_sm", raise.warps_per_sm}};
}

Json occupancy_json(const Answer& launch) {
  const machine::Occupancy& result = launch.occupancy;
  Json limits = Json::object();
  for (size_t i = 0; i < machine::kResources; ++i) {
    const bool unlimited = result.limits[i] == machine::kUnlimitedBlocks;
    limits[std::string(machine::name_of(static_cast<Resource>(i)))] =
        unlimited ? Json() : Json(result.limits[i]);
  }
  Json limiters = Json::array();
  for (const Resource resource : result.limiters()) limiters.push_back(machine::name_of(resource));
  Json raises = Json::array();
  for (const machine::OccupancyRaise& raise : launch.raises) raises.push_back(raise_json(raise));
  return {
      {"cc", launch.sm.cc.str()},
      {"threads", launch.shape.threads_per_block},
      {"regs", launch.shape.registers_per_thread},
      {"smem", launch.shape.shared_bytes()},
      {"blocks_per_sm", result.blocks_per_sm},
      {"warps_per_sm", result.warps_per_sm},
      {"theoretical", result.theoretical},
      {"limiter", limiters.front()},
      {"limiters", limiters},
      {"limits", limits},
      {"allocated",
       {{"registers", result.allocated_registers}, {"smem_bytes", result.allocated_shared_bytes}}},
      {"does_not_fit", launch.refusals},
      {"raise", raises}};
}

Table occupancy_table(const Answer& launch) {
  const machine::Occupancy& result = launch.occupancy;
  Table table({{"resource", Align::Left}, {"a block takes"}, {"an SM has"}, {"blocks"}});
  const auto add = [&](Resource resource, const std::string& takes, const std::string& has) {
    const int limit = result.limit(resource);
    const std::string blocks =
        limit == machine::kUnlimitedBlocks ? "any number" : fmt::format("{}", limit);
    const bool binds = limit == result.blocks_per_sm;
    table.add_row({std::string(machine::name_of(resource)),
                   takes,
                   has,
                   {blocks, binds ? Emphasis::Bad : Emphasis::None}});
  };
  add(Resource::Warps, fmt::format("{}", launch.shape.warps_per_block()),
      fmt::format("{}", launch.sm.max_warps));
  add(Resource::Registers, fmt::format("{}", result.allocated_registers),
      fmt::format("{}", launch.sm.registers_per_sm));
  add(Resource::SharedMemory, fmt::format("{} B", result.allocated_shared_bytes),
      fmt::format("{} B", launch.sm.shared_bytes));
  add(Resource::Blocks, "1", fmt::format("{}", launch.sm.max_blocks));
  if (launch.sm.barriers > 0) add(Resource::Barriers, "1", fmt::format("{}", launch.sm.barriers));
  return table;
}

std::string counted(int count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string raise_text(const machine::OccupancyRaise& raise) {
  std::vector<std::string> changes;
  for (const machine::LaunchChange& change : raise.changes) {
    changes.push_back(fmt::format("{} {} {}", machine::name_of(change.parameter),
                                  change.at_most ? "<=" : ">=", change.value));
  }
  return fmt::format("{}: {}, {}", fmt::join(changes, " and "),
                     counted(raise.blocks_per_sm, "block"), counted(raise.warps_per_sm, "warp"));
}

std::string occupancy_text(const Answer& launch) {
  const machine::Occupancy& result = launch.occupancy;
  std::vector<std::string_view> limiters;
  for (const Resource resource : result.limiters()) limiters.push_back(machine::name_of(resource));
  std::string text = occupancy_table(launch).str(wants_colour(stdout));
  text +=
      fmt::format("\n{}, {} of {} warps ({}), limited by {}\n",
                  counted(result.blocks_per_sm, "block"), result.warps_per_sm, launch.sm.max_warps,
                  show_percent(result.theoretical), fmt::join(limiters, ", "));
  for (const std::string& refusal : launch.refusals)
    text += fmt::format("does not fit: {}\n", refusal);
  for (const machine::OccupancyRaise& raise : launch.raises)
    text += fmt::format("to raise it: {}\n", raise_text(raise));
  return text;
}

}  // namespace

int occupancy_command(const OccupancyOptions& options) {
  const Answer launch = answer(options);
  if (!options.json_file.empty()) write_json(options.json_file, occupancy_json(launch));
  if (options.json_file != "-") fmt::print("{}", occupancy_text(launch));
  return kOk;
}

}  // namespace weft::cli
