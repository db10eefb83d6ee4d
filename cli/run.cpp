// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/files.h"
#include "cli/json_check.h"
#include "cli/published.h"
#include "cli/schema.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

/// The member at `key`, or null where the object lacks it.
const Json& member(const Json& object, const char* key) {
  static const Json null;
  const auto found = object.find(key);
  return found == object.end() ? null : *found;
}

double number(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_number() ? value.get<double>() : kUndefined;
}

std::string text(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

std::string indented(const Json& value) {
  return value.is_null() ? std::string{} : json_text(value, 2);
}

std::vector<Share> shares(const Json& object) {
  std::vector<Share> shares;
  for (const auto& [name, fraction] : object.items()) {
    if (fraction.is_number()) shares.push_back({name, fraction.get<double>()});
  }
  return shares;
}

void read_details(const Json& document, Run& run) {
  for (const Json& input : member(document, "inputs")) {
    run.inputs.push_back({text(input, "name"), text(input, "source"),
                          input.at("rows").get<int64_t>(), input.at("cols").get<int64_t>(),
                          input.at("nnz").get<int64_t>()});
  }
  for (const auto& [name, value] : member(document, "params").items())
    run.params.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  for (const auto& [name, level] : member(document, "memory").items()) {
    run.memory.push_back({name, number(level, "accesses"), number(level, "hits"),
                          number(level, "bytes"), number(level, "gb_s")});
  }
  for (const Json& phase : member(document, "phases")) {
    run.phases.push_back({text(phase, "name"), number(phase, "begin_s"), number(phase, "end_s")});
  }
  for (const Json& line : member(document, "by_source")) {
    const Json& at = member(line, "line");
    run.by_source.push_back({text(line, "statement"),
                             text(line, "tensor"),
                             text(line, "file"),
                             at.is_null() ? 0 : at.get<int64_t>(),
                             number(line, "bytes"),
                             number(line, "cycles"),
                             text(line, "what"),
                             {}});
    SourceLine& added = run.by_source.back();
    added.stalls = shares(member(line, "stalls"));
    for (Share& share : added.stalls) share.fraction /= added.cycles;
  }
  const Json& mapping = member(document, "mapping");
  if (mapping.is_object() && !mapping.empty()) run.mapping = mapping.dump();
}

/// The parts of the machine one by one.
void read_units(const Json& document, Run& run) {
  run.stalls = shares(member(document, "stalls"));
  for (const Json& note : member(document, "notes")) run.notes.push_back(note.get<std::string>());
  for (const Json& unit : member(document, "units"))
    run.units.push_back({text(unit, "name"), shares(unit.at("stalls"))});
  const Json& network = member(document, "network");
  for (const Json& link : member(network, "links")) {
    run.links.push_back({link.at("from").get<int64_t>(), link.at("to").get<int64_t>(),
                         number(link, "utilisation")});
  }
  if (const Json& mesh = member(network, "mesh"); mesh.is_object()) {
    run.mesh_columns = mesh.at("columns").get<int64_t>();
    run.mesh_rows = mesh.at("rows").get<int64_t>();
  }
}

void read_statistics(const Json& document, Run& run) {
  const Json& verified = member(document, "verified");
  if (const Json& passed = member(verified, "passed"); passed.is_boolean())
    run.verified = passed.get<bool>();
  run.max_rel_error = number(verified, "max_rel_error");
  run.time_s = number(document, "time_s");
  run.cycles = number(document, "cycles");
  run.gflops = number(document, "gflops");
  const Json& work = member(document, "work");
  run.flops = number(work, "flops");
  run.products = number(work, "products");
  run.compulsory_bytes = number(work, "compulsory_bytes");
  const Json& dram = member(document, "dram");
  run.dram_bytes = number(dram, "read_bytes") + number(dram, "write_bytes");
  run.dram_gb_s = number(dram, "bandwidth_gb_s");
  run.dram_peak_gb_s = number(dram, "peak_gb_s");
  run.dram_utilisation = number(dram, "utilisation");
  run.ipc = number(member(document, "issue"), "ipc");
  run.issue_utilisation = number(member(document, "issue"), "utilisation");
  const Json& roofline = member(document, "roofline");
  run.bound_by = text(roofline, "bound_by");
  run.attained_fraction = number(roofline, "attained_fraction");
  run.floor_s = number(roofline, "floor_s");
  run.memory_floor_s = number(roofline, "memory_floor_s");
  run.issue_floor_s = number(roofline, "issue_floor_s");
  const char* const compute_floor = roofline.contains("math_s") ? "math_s" : "product_issue_s";
  run.compute_peak_gflops = run.flops / number(roofline, compute_floor) * 1e-9;
  const Json& occupancy = member(document, "occupancy");
  run.occupancy_theoretical = number(occupancy, "theoretical");
  run.occupancy_achieved = number(occupancy, "achieved");
  run.occupancy_limiter = text(occupancy, "limiter");
  run.energy_total_j = number(member(document, "energy_j"), "total");
  run.tensor_utilisation = number(member(document, "tensor"), "utilisation");
  run.clock_ghz = number(document, "clock_ghz");
  run.power_w = number(document, "power_w");
  run.power_limited = member(document, "power_limited") == true;
}

/// What only native runs say of themselves.
void read_native(const Json& document, Run& run) {
  run.fastest = text(document, "fastest");
  const Json& peak = member(document, "peak");
  run.dram_peak_gb_s = number(peak, "stream_gb_s");
  run.compute_peak_gflops = number(peak, "gflops");
  for (const Json& entry : member(document, "implementations")) {
    const Json& sorted = member(entry, "sorted");
    const char* const order = sorted.is_null() ? ""
                              : sorted == true ? ", rows sorted"
                                               : ", rows unsorted";
    run.implementations.push_back({text(entry, "name") + order, text(entry, "version"),
                                   text(entry, "note"), number(entry, "best_s"),
                                   number(entry, "median_s"), number(entry, "gflops"),
                                   number(entry, "flop_share"), number(entry, "stream_share"),
                                   member(member(entry, "verified"), "passed") == true});
  }
  const Json& threads = member(document, "threads");
  if (!threads.is_number()) return;
  run.host = fmt::format("{} threads", threads.get<int64_t>());
  const Json& dtype = member(document, "dtype");
  const std::string asked = text(dtype, "asked"), measured = text(dtype, "measured");
  if (!measured.empty()) run.host += ", computed in " + measured;
  if (asked != measured) run.host += fmt::format(", which holds the values of {}", asked);
  const std::string pinning = text(member(document, "host"), "pinning");
  if (!pinning.empty()) run.host += ", pinning: " + pinning;
  const double load = number(member(document, "host"), "load");
  if (load > number(member(document, "host"), "processors"))
    run.host += fmt::format("; busy with other work (load {:.1f})", load);
}

Run read_run(const Json& document, Run::Origin origin) {
  Run run;
  run.origin = origin;
  run.kernel = text(document, "kernel");
  run.machine = text(document, "machine");
  run.label = document.contains("label") ? text(document, "label") : run.machine;
  run.input = text(document, "input");
  run.error = text(document, "error");
  if (run.failed()) return run;
  read_statistics(document, run);
  read_details(document, run);
  read_units(document, run);
  if (origin == Run::Origin::Native) read_native(document, run);
  run.configuration = indented(member(document, "configuration"));
  return run;
}

void check_entries(const Json& entries, const char* list, const Json& schema,
                   const std::string& file, base::Diagnostics& diagnostics) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (text(entries[i], "status") != "ok") continue;
    check_json(entries[i], schema, fmt::format("{}: {}[{}]", file, list, i), diagnostics);
  }
}

/// Which schema a document claims, checked. An experiment's entries are checked as what they are.
void check_run_file(const Json& document, const std::string& file) {
  base::Diagnostics diagnostics;
  const std::string kind = document.is_object() ? text(document, "schema") : std::string{};
  if (kind == "weft.result/1") {
    check_json(document, result_schema(), file, diagnostics);
  } else if (kind == "weft.reference/1") {
    check_json(document, reference_schema(), file, diagnostics);
  } else if (kind == "weft.experiment/1") {
    check_json(document, experiment_result_schema(), file, diagnostics);
    diagnostics.throw_if_any();
    check_entries(document.at("results"), "results", result_schema(), file, diagnostics);
    check_entries(document.at("references"), "references", reference_schema(), file, diagnostics);
  } else {
    const std::string found =
        document.is_object() ? member(document, "schema").dump() : document.type_name();
    diagnostics.error(
        {file, 0, 0},
        fmt::format(
            "schema: expected \"weft.result/1\", \"weft.reference/1\" or \"weft.experiment/1\", "
            "found {}",
            found));
  }
  diagnostics.throw_if_any();
}

}  // namespace

std::string SourceLine::place() const {
  if (line <= 0) return "-";
  return file.empty() ? fmt::format("line {}", line) : fmt::format("{}:{}", file, line);
}

RunFile read_run_file(const Json& document, const std::filesystem::path& file) {
  check_run_file(document, file.string());
  const std::string kind = text(document, "schema");
  if (kind != "weft.experiment/1") {
    const auto origin = kind == "weft.result/1" ? Run::Origin::Simulated : Run::Origin::Native;
    RunFile single{file,
                   text(document, "kernel"),
                   text(document, "command"),
                   {},
                   {read_run(document, origin)}};
    return single;
  }
  const Json& experiment = member(document, "experiment");
  RunFile all{file, text(experiment, "name"), text(document, "command"), indented(experiment), {}};
  for (const Json& entry : document.at("results"))
    all.runs.push_back(read_run(entry, Run::Origin::Simulated));
  for (const Json& entry : document.at("references"))
    all.runs.push_back(read_run(entry, Run::Origin::Native));
  return all;
}

RunFile load_run_file(const std::filesystem::path& path) {
  const std::filesystem::path file =
      std::filesystem::is_directory(path) ? path / "results.json" : path;
  if (file.extension() == ".yaml") {
    base::Diagnostics diagnostics;
    const Published published =
        read_published(base::read_yaml_file(file, diagnostics), diagnostics);
    diagnostics.throw_if_any();
    return published_runs(published, file);
  }
  return read_run_file(read_json(file), file);
}

}  // namespace weft::cli
