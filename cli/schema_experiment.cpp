// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/schema.h"

namespace weft::cli {

namespace {

constexpr const char* kExperimentSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Weft experiment: every kernel on every machine with every input",
  "type": "object",
  "required": ["experiment", "name", "machines"],
  "additionalProperties": false,
  "properties": {
    "experiment": {"const": 1, "description": "kind and version; the first key"},
    "name": {"type": "string", "description": "also names the folder of the results"},
    "machines": {"type": "array", "items": {"$ref": "#/$defs/machine"}},
    "kernels": {"type": "array", "items": {"$ref": "#/$defs/kernel"}},
    "inputs": {"type": "object", "description": "a name for each set of operands", "additionalProperties": {
      "type": "object", "description": "tensor: a matrix file, a generator such as rmat:scale=12,edges=50000,seed=1, or A^T; {}: random operands, for kernels that name this input",
      "additionalProperties": {"type": "string"}}},
    "workloads": {"type": "array", "items": {"type": "string"},
      "description": "names from `weft list workloads`, or files, whose runs are added; without any, kernels and inputs are required"},
    "references": {"type": "array", "description": "native runs beside the simulations", "items": {"enum": ["cpu"]}},
    "repetitions": {"type": "integer", "minimum": 1, "maximum": 1000,
      "description": "timed repetitions of each native run, of which the best counts; without it at least 5, more of short runs"},
    "timeout_s": {"type": "number", "exclusiveMinimum": 0, "description": "the most that one simulation may take; default: no limit"}
  },
  "$defs": {
    "values": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    "names": {"type": "array", "items": {"type": "string"}},
    "machine": {"description": "a name from `weft list machines`, or a file", "anyOf": [{"type": "string"},
      {"type": "object", "required": ["machine"], "additionalProperties": false, "properties": {
        "machine": {"type": "string"},
        "set": {"$ref": "#/$defs/values", "description": "values of the machine document by their path"}}}]},
    "kernel": {"description": "a name from `weft list kernels`, or a file", "anyOf": [{"type": "string"},
      {"type": "object", "required": ["kernel"], "additionalProperties": false, "properties": {
        "kernel": {"type": "string"},
        "params": {"$ref": "#/$defs/values", "description": "parameters of the kernel"},
        "mapping": {"type": "string", "description": "a mapping file to use instead of the kernel's own schedule"},
        "machines": {"$ref": "#/$defs/names", "description": "only on these machines"},
        "inputs": {"$ref": "#/$defs/names", "description": "only with these inputs"},
        "values": {"type": "boolean", "default": true, "description": "false: time only, without operands"}}}]}
  }
})json";

}  // namespace

const nlohmann::ordered_json& experiment_schema() {
  static const auto schema = nlohmann::ordered_json::parse(kExperimentSchema);
  return schema;
}

}  // namespace weft::cli
