// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/schema.h"

namespace weft::cli {

namespace {

// An undefined statistic is null: "statistic" below.
constexpr const char* kResultSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Result of one kernel on one simulated machine",
  "type": "object",
  "required": ["schema", "kernel", "machine", "mapping", "inputs", "verified", "time_s", "cycles", "clock_ghz", "work",
    "gflops", "dram", "memory", "network", "issue", "tensor", "occupancy", "stalls", "roofline", "energy_j", "phases",
    "by_source", "simulator"],
  "properties": {
    "schema": {"const": "weft.result/1"},
    "kernel": {"type": "string"},
    "machine": {"type": "string"},
    "mapping": {"type": "object", "description": "the kernel document with every hole filled"},
    "inputs": {"type": "array", "items": {"$ref": "#/$defs/input"}},
    "verified": {"$ref": "#/$defs/verified"},
    "time_s": {"type": "number", "minimum": 0},
    "cycles": {"$ref": "#/$defs/statistic"},
    "clock_ghz": {"$ref": "#/$defs/statistic"},
    "work": {"$ref": "#/$defs/work"},
    "gflops": {"$ref": "#/$defs/statistic"},
    "dram": {"type": "object",
      "required": ["read_bytes", "write_bytes", "bandwidth_gb_s", "peak_gb_s", "utilisation"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "memory": {"type": "object", "description": "traffic of each level by its name", "additionalProperties": {
      "type": "object", "required": ["accesses", "hits", "bytes", "gb_s"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}}},
    "network": {"type": "object", "required": ["bytes", "mean_hops", "max_link_utilisation"], "properties": {
      "mesh": {"type": "object", "description": "routers of a die", "required": ["columns", "rows"], "properties": {
        "columns": {"type": "integer", "minimum": 1}, "rows": {"type": "integer", "minimum": 1}}},
      "links": {"type": "array", "description": "the busiest of those that carried something; routers die by die",
        "items": {"type": "object", "required": ["from", "to", "utilisation"], "properties": {
        "from": {"type": "integer", "minimum": 0}, "to": {"type": "integer", "minimum": 0},
        "utilisation": {"type": "number", "minimum": 0, "description": "share of the cycles in which it sent"}}}}},
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "issue": {"type": "object", "required": ["instructions", "ipc", "utilisation"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "tensor": {"type": "object", "required": ["utilisation"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "occupancy": {"type": "object", "required": ["theoretical", "achieved", "limiter", "blocks_per_sm"], "properties": {
      "theoretical": {"$ref": "#/$defs/statistic"}, "achieved": {"$ref": "#/$defs/statistic"},
      "limiter": {"type": ["string", "null"]}, "blocks_per_sm": {"$ref": "#/$defs/statistic"}}},
    "stalls": {"type": "object", "description": "fraction of all unit cycles by cause, busy included",
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "units": {"type": "array", "description": "the same of each core, or of each launch of a GPU, by itself",
      "items": {"type": "object", "required": ["name", "stalls"], "properties": {"name": {"type": "string"},
        "stalls": {"type": "object", "additionalProperties": {"$ref": "#/$defs/statistic"}}}}},
    "roofline": {"type": "object", "required": ["bound_by", "attained_fraction", "floor_s"], "properties": {
      "bound_by": {"type": ["string", "null"]}, "attained_fraction": {"$ref": "#/$defs/statistic"},
      "floor_s": {"$ref": "#/$defs/statistic", "description": "under any mapping; attained_fraction is its share"},
      "memory_floor_s": {"$ref": "#/$defs/statistic", "description": "the bytes moved at the memory's peak"},
      "issue_floor_s": {"$ref": "#/$defs/statistic", "description": "the instructions issued at the peak rate"}}},
    "energy_j": {"type": "object", "description": "joules, in total and by unit", "required": ["total"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "power_w": {"$ref": "#/$defs/statistic", "description": "average over the run, of the card"},
    "power_limited": {"type": "boolean", "description": "whether the power limit lowers the clock"},
    "sampled": {"type": "boolean", "description": "whether some of equal waves stand for all of them"},
    "params": {"type": "object", "description": "sizes and dtypes of the kernel"},
    "notes": {"type": "array", "description": "words of the schedule that do not change the time",
      "items": {"type": "string"}},
    "phases": {"type": "array", "items": {"type": "object", "required": ["name", "begin_s", "end_s"], "properties": {
      "name": {"type": "string"}, "begin_s": {"type": "number"}, "end_s": {"type": "number"}}}},
    "by_source": {"type": "array", "items": {"type": "object",
      "required": ["line", "statement", "tensor", "bytes", "cycles"], "properties": {
      "file": {"type": ["string", "null"], "description": "the document of the line: a kernel may extend another"},
      "line": {"type": ["integer", "null"]}, "statement": {"type": "string"}, "tensor": {"type": ["string", "null"]},
      "bytes": {"$ref": "#/$defs/statistic"}, "cycles": {"$ref": "#/$defs/statistic"},
      "what": {"type": "string", "description": "the step of the statement"},
      "stalls": {"type": "object", "description": "the cycles by cause, of those that have any",
        "additionalProperties": {"$ref": "#/$defs/statistic"}}}}},
    "simulator": {"type": "object", "description": "rates over simulate_s, which leaves out reading and checking",
      "required": ["wall_s", "simulate_s", "peak_rss_mib", "products_per_s", "instructions_per_s"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}},
    "configuration": {"type": "object", "description": "the machine as simulated, every default filled in"}
  },
  "$defs": {
    "statistic": {"type": ["number", "null"]},
    "input": {"type": "object", "required": ["name", "rows", "cols", "nnz", "source"], "properties": {
      "name": {"type": "string"}, "rows": {"type": "integer", "minimum": 0}, "cols": {"type": "integer", "minimum": 0},
      "nnz": {"type": "integer", "minimum": 0}, "source": {"type": "string"}}},
    "verified": {"type": "object", "required": ["passed", "max_rel_error", "against"], "properties": {
      "passed": {"type": ["boolean", "null"]}, "max_rel_error": {"$ref": "#/$defs/statistic"},
      "against": {"type": ["string", "null"]}}},
    "work": {"type": "object", "required": ["flops", "products", "nnz_out", "compulsory_bytes"],
      "additionalProperties": {"$ref": "#/$defs/statistic"}}
  }
})json";

constexpr const char* kReferenceSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "A measured run of an operation on real hardware",
  "type": "object",
  "required": ["schema", "kernel", "target", "machine", "threads", "inputs", "verified", "time_s", "work", "gflops",
    "implementations"],
  "properties": {
    "schema": {"const": "weft.reference/1"},
    "kernel": {"type": "string", "description": "the operation, such as spgemm"},
    "target": {"enum": ["cpu", "cuda"]},
    "machine": {"type": "string", "description": "the processor or card by its own name"},
    "threads": {"type": "integer", "minimum": 1},
    "host": {"type": "object", "description": "facts of the target: processors, load, pinning, vectors; driver, clocks"},
    "measured_on": {"type": "string", "description": "the day, 2026-11-22"},
    "command": {"type": "string", "description": "measures it again"},
    "dtype": {"type": "object", "required": ["asked", "measured"], "properties": {
      "asked": {"type": "string"}, "measured": {"type": "string", "description": "the type that was computed in"}}},
    "params": {"type": "object", "description": "sizes and dtypes of the kernel"},
    "inputs": {"type": "array", "items": {"$ref": "#/$defs/input"}},
    "verified": {"$ref": "#/$defs/verified"},
    "time_s": {"type": "number", "minimum": 0, "description": "the best run of the fastest implementation"},
    "median_s": {"type": "number", "minimum": 0},
    "repetitions": {"type": "integer", "minimum": 1},
    "fastest": {"type": "string", "description": "the implementation whose time counts"},
    "work": {"$ref": "#/$defs/work"},
    "gflops": {"$ref": "#/$defs/statistic"},
    "peak": {"type": "object", "description": "what the machine can do at most, measured with the same threads",
      "required": ["gflops", "stream_gb_s", "method"], "properties": {
      "gflops": {"$ref": "#/$defs/statistic"}, "stream_gb_s": {"$ref": "#/$defs/statistic"},
      "method": {"type": "string"}}},
    "implementations": {"type": "array", "items": {"type": "object",
      "required": ["name", "version", "best_s", "median_s", "times_s", "verified"], "properties": {
      "name": {"type": "string"}, "version": {"type": "string"},
      "note": {"type": "string", "description": "how it differs from the others"},
      "best_s": {"type": "number"}, "median_s": {"type": "number"},
      "times_s": {"type": "array", "items": {"type": "number"}},
      "gflops": {"$ref": "#/$defs/statistic"},
      "flop_share": {"$ref": "#/$defs/statistic", "description": "of the peak"},
      "stream_share": {"$ref": "#/$defs/statistic", "description": "compulsory bytes at this speed over the stream's"},
      "sorted": {"type": "boolean", "description": "whether the rows of a sparse product were left in order"},
      "verified": {"$ref": "#/$defs/verified"}}}}
  }
})json";

constexpr const char* kExperimentResultSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Everything that an experiment has run",
  "type": "object",
  "required": ["schema", "experiment", "command", "complete", "results", "references"],
  "properties": {
    "schema": {"const": "weft.experiment/1"},
    "experiment": {"type": "object", "description": "the experiment as resolved"},
    "command": {"type": "string", "description": "runs it again"},
    "complete": {"type": "boolean", "description": "false where it was stopped"},
    "results": {"type": "array", "items": {"$ref": "#/$defs/entry"}},
    "references": {"type": "array", "items": {"$ref": "#/$defs/entry"}},
    "totals": {"type": "array", "description": "of a workload: one pass through each model", "items": {"type": "object",
      "required": ["model", "machine", "steps", "time_s", "energy_j"], "properties": {
      "model": {"type": "string"}, "machine": {"type": "string"}, "steps": {"type": "integer"},
      "time_s": {"type": "number"}, "energy_j": {"type": ["number", "null"]}}}}
  },
  "$defs": {
    "entry": {"type": "object", "description": "a result with its place in the experiment, or the error instead of it",
      "required": ["kernel", "machine", "input", "status"], "properties": {
      "kernel": {"type": "string"}, "machine": {"type": "string"}, "input": {"type": "string"},
      "label": {"type": "string", "description": "the machine with the settings of this run"},
      "status": {"enum": ["ok", "failed", "crashed"]}, "error": {"type": "string"}}}
  }
})json";

nlohmann::ordered_json reference_schema_with_definitions() {
  auto schema = nlohmann::ordered_json::parse(kReferenceSchema);
  schema["$defs"] = result_schema().at("$defs");
  return schema;
}

}  // namespace

const nlohmann::ordered_json& result_schema() {
  static const auto schema = nlohmann::ordered_json::parse(kResultSchema);
  return schema;
}

const nlohmann::ordered_json& reference_schema() {
  static const auto schema = reference_schema_with_definitions();
  return schema;
}

const nlohmann::ordered_json& experiment_result_schema() {
  static const auto schema = nlohmann::ordered_json::parse(kExperimentResultSchema);
  return schema;
}

}  // namespace weft::cli
