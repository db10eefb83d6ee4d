// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/schema.h"

namespace weft::cli {

namespace {

constexpr const char* kSweepSchema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Weft sweep: one simulation, what varies in it, and what is looked for",
  "type": "object",
  "required": ["sweep", "name", "machine", "kernel", "axes"],
  "additionalProperties": false,
  "properties": {
    "sweep": {"const": 1, "description": "kind and version; the first key"},
    "name": {"type": "string", "description": "also names the file of the results"},
    "about": {"type": "string", "description": "the question, in a sentence"},
    "machine": {"description": "a name from `weft list machines`, or a file", "anyOf": [{"type": "string"},
      {"type": "object", "required": ["machine"], "additionalProperties": false, "properties": {
        "machine": {"type": "string"},
        "set": {"$ref": "#/$defs/settings", "description": "values of the machine document by their path"}}}]},
    "kernel": {"description": "a name from `weft list kernels`, or a file", "anyOf": [{"type": "string"},
      {"type": "object", "required": ["kernel"], "additionalProperties": false, "properties": {
        "kernel": {"type": "string"},
        "params": {"$ref": "#/$defs/settings", "description": "parameters of the kernel"},
        "mapping": {"type": "string", "description": "a mapping file to use instead of the kernel's own schedule"},
        "set": {"$ref": "#/$defs/settings", "description": "values of the kernel document by their path"},
        "values": {"type": "boolean", "default": true, "description": "false: time only, without operands"}}}]},
    "inputs": {"type": "object", "description": "tensor: a matrix file, a generator such as rmat:scale=12,edges=50000,seed=1, or A^T",
      "additionalProperties": {"type": "string"}},
    "axes": {"description": "what varies: machine, kernel, mapping, machine.PATH, kernel.PATH, param.NAME, input.TENSOR, or a name that texts use as ${NAME}. A map crosses its axes; in a list of maps each map moves its axes together",
      "anyOf": [{"$ref": "#/$defs/axes"}, {"type": "array", "items": {"$ref": "#/$defs/axes"}}]},
    "sample": {"type": "object", "additionalProperties": false, "description": "draw points instead of taking every combination",
      "properties": {
        "random": {"type": "integer", "minimum": 1, "description": "as many points, each axis by itself"},
        "latin_hypercube": {"type": "integer", "minimum": 1, "description": "as many points, one in each stratum of every axis"},
        "seed": {"type": "integer", "minimum": 0, "default": 1}}},
    "exclude": {"$ref": "#/$defs/expressions", "description": "points for which one of them holds are left out; over axes, machine.PATH and area_mm2"},
    "objectives": {"description": "what is to be had as little of as possible; the default is [time, energy]", "anyOf": [
      {"type": "array", "items": {"enum": ["time", "energy", "edp", "area"]}},
      {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "#/$defs/expression"},
        {"type": "object", "properties": {"minimize": {"$ref": "#/$defs/expression"}}, "required": ["minimize"], "additionalProperties": false},
        {"type": "object", "properties": {"maximize": {"$ref": "#/$defs/expression"}}, "required": ["maximize"], "additionalProperties": false}]}}]},
    "constraints": {"$ref": "#/$defs/expressions", "description": "points for which one of them does not hold stay off the front"},
    "timeout_s": {"type": "number", "exclusiveMinimum": 0, "description": "the most that one simulation may take; default: no limit"}
  },
  "$defs": {
    "settings": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    "expression": {"type": ["string", "number"], "description": "over axes, machine.PATH, area_mm2, fields of the result such as time_s or dram.utilisation, and objectives before it"},
    "expressions": {"anyOf": [{"$ref": "#/$defs/expression"}, {"type": "array", "items": {"$ref": "#/$defs/expression"}}]},
    "axes": {"type": "object", "additionalProperties": {"anyOf": [
      {"type": ["string", "number", "boolean"]},
      {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}},
      {"type": "object", "required": ["from", "to"], "additionalProperties": false, "properties": {
        "from": {"type": ["string", "number"]}, "to": {"type": ["string", "number"]},
        "step": {"type": ["string", "number"], "description": "between two values, in the unit of the ends"},
        "steps": {"type": "integer", "minimum": 2, "description": "how many values, evenly apart"},
        "factor": {"type": "number", "exclusiveMinimum": 1, "description": "of one value over the one before"},
        "log_steps": {"type": "integer", "minimum": 2, "description": "how many values, by equal factors"},
        "log": {"type": "boolean", "description": "samples are drawn by equal factors"}}}]}}
  }
})json";

}  // namespace

const nlohmann::ordered_json& sweep_schema() {
  static const auto schema = nlohmann::ordered_json::parse(kSweepSchema);
  return schema;
}

}  // namespace weft::cli
