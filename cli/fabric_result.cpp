// SPDX-License-Identifier: Apache-2.0
#include "cli/fabric_result.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/ratio.h"
#include "cli/source_entry.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

double fraction_of(const sim::FabricRun& run, sim::Cause cause) {
  const auto all = static_cast<double>(run.threads) * static_cast<double>(run.cycles);
  return ratio(static_cast<double>(run.causes[static_cast<size_t>(cause)]), all);
}

/// The causes of some threads as fractions of `all` their cycles.
Json stalls_json(const sim::CauseCycles& causes, double all) {
  Json stalls;
  for (size_t cause = 0; cause < sim::kCauses; ++cause)
    stalls[std::string(sim::kCauseNames[cause])] = ratio(static_cast<double>(causes[cause]), all);
  return stalls;
}

/// Each core by itself, where there is more than one.
Json units_json(const sim::FabricRun& run) {
  Json units = Json::array();
  const size_t cores = run.core_causes.size();
  const double all = ratio(static_cast<double>(run.threads), static_cast<double>(cores)) *
                     static_cast<double>(run.cycles);
  for (size_t core = 0; cores > 1 && core < cores; ++core) {
    units.push_back({{"name", fmt::format("core {}", core)},
                     {"stalls", stalls_json(run.core_causes[core], all)}});
  }
  return units;
}

/// What the network carried; of its links the busiest, so that a large machine's document stays
/// small.
Json network_json(const sim::FabricRun& run, const machine::FabricDescription& fabric) {
  constexpr size_t kMostLinks = 256;
  std::vector<sim::FabricRun::LinkUse> links = run.links;
  std::ranges::stable_sort(links, std::greater{}, &sim::FabricRun::LinkUse::utilisation);
  if (links.size() > kMostLinks) links.resize(kMostLinks);
  Json network = {{"bytes", run.network_bytes},
                  {"mean_hops", run.network_mean_hops},
                  {"max_link_utilisation", run.network_max_link_utilisation}};
  if (links.empty()) return network;
  network["mesh"] = {{"columns", fabric.topology.mesh.columns},
                     {"rows", fabric.topology.mesh.rows}};
  for (const sim::FabricRun::LinkUse& link : links) {
    network["links"].push_back(
        {{"from", link.from}, {"to", link.to}, {"utilisation", link.utilisation}});
  }
  return network;
}

Json levels_json(const sim::FabricRun& run, double time_s) {
  Json levels;
  for (const sim::LevelTraffic& level : run.levels) {
    levels[level.name] = {{"accesses", level.accesses},
                          {"hits", level.hits},
                          {"bytes", level.bytes},
                          {"gb_s", ratio(static_cast<double>(level.bytes), time_s) * 1e-9}};
  }
  return levels;
}

/// Floors under the time. Two under this mapping: the bytes it moved at the memory's peak, and the
/// instructions it issued on every pipeline in every cycle; the higher one binds. Two under any
/// mapping: every needed byte moved once, and one instruction per product.
Json roofline_json(const sim::FabricRun& run, const tensor::SpgemmWork& work, double time_s) {
  const double bytes_per_s = run.dram_peak_gb_s * 1e9;
  const double issues_per_s = static_cast<double>(run.pipelines) * run.clock_ghz * 1e9;
  const auto moved = static_cast<double>(run.dram_read_bytes + run.dram_write_bytes);
  const double memory_floor_s = ratio(moved, bytes_per_s);
  const double issue_floor_s = ratio(static_cast<double>(run.instructions), issues_per_s);
  const double compulsory_s = ratio(static_cast<double>(work.compulsory_bytes), bytes_per_s);
  const double products_s = ratio(static_cast<double>(work.products), issues_per_s);
  const double floor_s = std::max(compulsory_s, products_s);
  return {{"bound_by", memory_floor_s >= issue_floor_s ? "dram bandwidth" : "instruction issue"},
          {"attained_fraction", ratio(floor_s, time_s)},
          {"floor_s", floor_s},
          {"memory_floor_s", memory_floor_s},
          {"issue_floor_s", issue_floor_s},
          {"compulsory_bytes_s", compulsory_s},
          {"product_issue_s", products_s}};
}

Json energy_json(const sim::FabricRun& run, const machine::FabricDescription& fabric,
                 double time_s) {
  const machine::EnergyDescription& e = fabric.energy;
  const auto joules = [](uint64_t events, double pj) {
    return static_cast<double>(events) * pj * 1e-12;
  };
  const uint64_t requests =
      run.dma_bytes / static_cast<uint64_t>(std::max<int64_t>(1, fabric.dma.request_bytes));
  Json units = {{"instructions", joules(run.instructions, e.instruction_pj)},
                {"fma", joules(run.products, e.fma_pj)},
                {"scratchpad", joules(run.levels[0].accesses, e.spad_access_pj)},
                {"dcache", joules(run.levels[1].accesses, e.dcache_access_pj)},
                {"atomics", joules(run.atomics, e.atomic_pj)},
                {"dma", joules(requests, e.dma_request_pj)},
                {"network", joules(run.network_byte_hops, e.mesh_byte_hop_pj) +
                                joules(run.offdie_bytes, e.offdie_byte_pj)},
                {"dram", joules(run.dram_read_bytes + run.dram_write_bytes, e.dram_byte_pj)},
                {"static", e.static_w_per_core * fabric.total_cores() * time_s}};
  double total = 0;
  for (const Json& unit : units) total += unit.get<double>();
  Json energy = {{"total", total}};
  energy.update(units);
  return energy;
}

/// What each word of the documents cost; steps that took nothing are left out.
Json sources_json(const sim::FabricRun& run, const program::Program& program) {
  Json sources = Json::array();
  for (size_t i = 0; i < program.sources.size(); ++i) {
    const program::Source& source = program.sources[i];
    const sim::FabricRun::SourceUse& use = run.sources[i];
    Json entry = source_entry(source, source.tensor, source.what, use.memory_bytes, use.causes,
                              sim::kCauseNames);
    if (entry["cycles"] == 0 && use.memory_bytes == 0) continue;
    sources.push_back(std::move(entry));
  }
  return sources;
}

Json phases_json(const sim::FabricRun& run, double cycle_s) {
  Json phases = Json::array();
  for (const sim::FabricRun::Phase& phase : run.phases) {
    phases.push_back({{"name", phase.name},
                      {"begin_s", static_cast<double>(phase.begin_cycle) * cycle_s},
                      {"end_s", static_cast<double>(phase.end_cycle) * cycle_s}});
  }
  return phases;
}

/// Threads in use of those there are, and the share of their time in which they had work.
Json occupancy_json(const sim::FabricRun& run, const machine::FabricDescription& fabric) {
  const double waiting = fraction_of(run, sim::Cause::Barrier) + fraction_of(run, sim::Cause::Idle);
  const double in_use =
      ratio(static_cast<double>(run.threads), static_cast<double>(fabric.total_threads()));
  const bool by_barrier =
      fraction_of(run, sim::Cause::Barrier) >= fraction_of(run, sim::Cause::Idle);
  return {{"theoretical", in_use},
          {"achieved", in_use * (1 - waiting)},
          {"limiter", by_barrier ? "barrier" : "work"},
          {"blocks_per_sm", nullptr}};
}

}  // namespace

void add_fabric_run(Json& result, const sim::FabricRun& run, const program::Program& program,
                    const machine::FabricDescription& fabric, const tensor::SpgemmWork& work) {
  const double cycle_s = 1e-9 / run.clock_ghz;
  const double time_s = static_cast<double>(run.cycles) * cycle_s;
  const auto moved = static_cast<double>(run.dram_read_bytes + run.dram_write_bytes);
  const double bandwidth = ratio(moved, time_s) * 1e-9;
  const double ipc = ratio(static_cast<double>(run.instructions), static_cast<double>(run.cycles));
  result["time_s"] = time_s;
  result["cycles"] = run.cycles;
  result["clock_ghz"] = run.clock_ghz;
  result["work"] = {{"flops", work.flops},
                    {"products", work.products},
                    {"nnz_out", work.nnz_out},
                    {"compulsory_bytes", work.compulsory_bytes}};
  result["gflops"] = ratio(static_cast<double>(work.flops), time_s) * 1e-9;
  result["dram"] = {{"read_bytes", run.dram_read_bytes},
                    {"write_bytes", run.dram_write_bytes},
                    {"bandwidth_gb_s", bandwidth},
                    {"peak_gb_s", run.dram_peak_gb_s},
                    {"utilisation", ratio(bandwidth, run.dram_peak_gb_s)}};
  result["memory"] = levels_json(run, time_s);
  result["network"] = network_json(run, fabric);
  result["issue"] = {{"instructions", run.instructions},
                     {"ipc", ipc},
                     {"utilisation", ratio(ipc, static_cast<double>(run.pipelines))},
                     {"probes", run.probes}};
  result["tensor"] = {{"utilisation", nullptr}};
  result["occupancy"] = occupancy_json(run, fabric);
  result["stalls"] =
      stalls_json(run.causes, static_cast<double>(run.threads) * static_cast<double>(run.cycles));
  if (const Json units = units_json(run); !units.empty()) result["units"] = units;
  result["roofline"] = roofline_json(run, work, time_s);
  result["energy_j"] = energy_json(run, fabric, time_s);
  result["phases"] = phases_json(run, cycle_s);
  result["by_source"] = sources_json(run, program);
}

}  // namespace weft::cli
