// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/write_kernel.h"

#include <fmt/format.h>

#include "kernels/ir/write_value.h"

namespace weft::ir {

namespace {

using Json = nlohmann::ordered_json;

Json expression_json(const Expression& expression) {
  return to_json(Formula{expression});
}

/// Constants back in nested lists.
Json nested(const TensorData& data, size_t depth, size_t& next) {
  if (depth == data.shape.size()) return data.values[next++];
  Json list = Json::array();
  for (int64_t i = 0; i < data.shape[depth]; ++i) list.push_back(nested(data, depth + 1, next));
  return list;
}

Json data_json(const TensorData& data) {
  switch (data.kind) {
    case TensorData::Kind::MatrixMarket:
      return {{"mtx", data.path}};
    case TensorData::Kind::File:
      return {{"file", data.path}};
    case TensorData::Kind::Constant:
      break;
  }
  size_t next = 0;
  return {{"const", nested(data, 0, next)}};
}

Json tensor_json(const Tensor& tensor) {
  Json json;
  json["dims"] = Json::array();
  for (const Dim& dim : tensor.dims) {
    json["dims"].push_back(dim.from_index ? Json(dim.name) : expression_json(dim.extent));
  }
  json["dtype"] = tensor.dtype_rule ? tensor.dtype_rule->text() : text_of(tensor.dtype);
  json["levels"] = Json::array();
  for (const Level& level : tensor.levels) json["levels"].push_back(level.text());
  if (tensor.data) json["data"] = data_json(*tensor.data);
  if (tensor.pattern) json["pattern"] = tensor.pattern->text;
  return json;
}

Json compute_json(const Kernel& kernel) {
  Json list = Json::array();
  for (const Repeat& repeat : kernel.repeats) {
    list.push_back({{"repeat", {{repeat.index.text, to_json(repeat.statements)}}}});
  }
  for (const Statement& statement : kernel.statements) {
    list.push_back({{statement.name, statement.text()}});
  }
  return list;
}

/// A line per entry down to `depth`, and flow style below.
void write_block(const Json& value, int depth, int indent, std::string& out) {
  for (const auto& [key, item] : value.items()) {
    if (depth > 0 && item.is_object() && !item.empty()) {
      out += fmt::format("{:{}}{}:\n", "", indent, yaml_text(key));
      write_block(item, depth - 1, indent + 2, out);
    } else {
      out += fmt::format("{:{}}{}: {}\n", "", indent, yaml_text(key), yaml_text(item));
    }
  }
}

/// How many levels below each key of the document get lines of their own.
int block_depth(const std::string& key) {
  if (key == "schedule") return 2;
  return key == "tensors" || key == "bind" ? 1 : 0;
}

}  // namespace

Json kernel_json(const Kernel& kernel) {
  Json json;
  json[kernel.is_mapping ? "mapping" : "kir"] = 1;
  json["kernel"] = kernel.name;
  if (!kernel.about.empty()) json["about"] = kernel.about;
  for (const Param& param : kernel.params) json["params"][param.name] = param.value;
  for (const TypeParam& param : kernel.type_params)
    json["params"][param.name] = text_of(param.value);
  for (const Param& param : kernel.fabric_params) json["on_fabric"][param.name] = param.value;
  for (const Index& index : kernel.indices)
    json["index"][index.name] = expression_json(index.extent);
  for (const Tensor& tensor : kernel.tensors) json["tensors"][tensor.name] = tensor_json(tensor);
  json["compute"] = compute_json(kernel);
  json.update(mapping_json(kernel));
  return json;
}

Json mapping_json(const Kernel& kernel) {
  Json json = Json::object();
  if (kernel.schedule != Schedule{}) json["schedule"] = to_json(kernel.schedule);
  if (kernel.bind != Bind{}) json["bind"] = to_json(kernel.bind);
  return json;
}

std::string write_kernel(const Kernel& kernel) {
  const Json document = kernel_json(kernel);
  std::string out;
  for (const auto& [key, item] : document.items()) {
    const int depth = block_depth(key);
    if (key == "compute") {
      out += "compute:\n";
      for (const Json& line : item) {
        for (const auto& [name, text] : line.items()) {
          out += fmt::format("  - {}: {}\n", name, yaml_text(text));
        }
      }
    } else if (depth > 0) {
      out += fmt::format("{}:\n", key);
      write_block(item, depth - 1, 2, out);
    } else {
      out += fmt::format("{}: {}\n", key, yaml_text(item));
    }
  }
  return out;
}

}  // namespace weft::ir
