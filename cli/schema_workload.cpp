// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/schema.h"

namespace weft::cli {

namespace {

constexpr const char* kWorkloadSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Weft workload: the matrix computations of a paper or a family of models",
  "type": "object",
  "required": ["workload", "name", "paper", "computes", "bound", "gains", "machines", "steps"],
  "additionalProperties": false,
  "properties": {
    "workload": {"const": 1, "description": "kind and version; the first key"},
    "name": {"type": "string", "description": "also names the folder of the results"},
    "paper": {"type": "string", "description": "who published it, and where"},
    "computes": {"type": "string", "description": "what the paper computes"},
    "bound": {"type": "string", "description": "what binds it on each machine"},
    "gains": {"type": "string", "description": "what a mapping gains"},
    "machines": {"$ref": "#/$defs/names", "description": "names from `weft list machines`, or files; -m replaces them"},
    "params": {"$ref": "#/$defs/sizes", "description": "sizes and words that expressions of this document may use; -p changes them"},
    "small": {"$ref": "#/$defs/sizes", "description": "sizes of --small, which takes the first model alone and verifies all values"},
    "models": {"type": "object", "description": "sizes of each model of a family; the steps are run for each",
      "additionalProperties": {"$ref": "#/$defs/sizes"}},
    "steps": {"type": "object", "description": "the computations by name", "additionalProperties": {
      "type": "object", "required": ["kernel"], "additionalProperties": false, "properties": {
        "kernel": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/names"}],
          "description": "a name from `weft list kernels`, or a file; of several the first counts, the others are compared with it"},
        "params": {"$ref": "#/$defs/sizes", "description": "parameters of the kernel, as expressions: N: 3*d"},
        "inputs": {"type": "object", "additionalProperties": {"type": "string"},
          "description": "tensor: a file or a generator, with expressions in braces; none: random operands"},
        "times": {"type": ["integer", "string"], "default": 1, "description": "in one pass through the model"},
        "total": {"type": "string", "description": "a word for steps that stand for others: each word is added up apart"},
        "machines": {"$ref": "#/$defs/names", "description": "only on these machines"},
        "values": {"type": "boolean", "default": true, "description": "false: time only, except with --small"}}}}
  },
  "$defs": {
    "names": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "sizes": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}}
  }
})json";

}  // namespace

const nlohmann::ordered_json& workload_schema() {
  static const auto schema = nlohmann::ordered_json::parse(kWorkloadSchema);
  return schema;
}

}  // namespace weft::cli
