// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/kernel.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/check.h"

namespace weft::ir {

namespace {

template <class Item>
const Item* find_named(const std::vector<Item>& items, std::string_view name) {
  const auto found =
      std::ranges::find_if(items, [&](const Item& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

}  // namespace

std::string Statement::text() const {
  return fmt::format("{} {} {}", target.text(), text_of(combine), value.text());
}

const Param* Kernel::find_param(std::string_view param) const {
  return find_named(params, param);
}
const TypeParam* Kernel::find_type_param(std::string_view param) const {
  return find_named(type_params, param);
}
const Index* Kernel::find_index(std::string_view index) const {
  return find_named(indices, index);
}
const Tensor* Kernel::find_tensor(std::string_view tensor) const {
  return find_named(tensors, tensor);
}
const Statement* Kernel::find_statement(std::string_view statement) const {
  return find_named(statements, statement);
}

const Repeat* Kernel::repeat_of(std::string_view statement) const {
  for (const Repeat& repeat : repeats) {
    for (const StatementName& member : repeat.statements) {
      if (member.text == statement) return &repeat;
    }
  }
  return nullptr;
}

Bindings Kernel::bindings() const {
  Bindings bindings;
  for (const Param& param : params) bindings.bind(param.name, param.value);
  return bindings;
}

std::optional<int64_t> Kernel::extent(std::string_view index) const {
  const Index* found = find_index(index);
  return found == nullptr ? std::nullopt : evaluate_point(found->extent, bindings());
}

std::vector<int64_t> Kernel::shape(const Tensor& tensor) const {
  const Bindings sizes = bindings();
  std::vector<int64_t> shape;
  for (const Dim& dim : tensor.dims) {
    const auto extent = evaluate_point(dim.extent, sizes);
    if (!extent) return {};
    shape.push_back(*extent);
  }
  return shape;
}

std::vector<std::string> Kernel::indices_of(const Statement& statement) const {
  std::vector<std::string> names;
  const auto collect = [&](const Expression& expression) {
    const bool index = expression.kind == Expression::Kind::Name && find_index(expression.name);
    if (index) add_once(names, expression.name);
  };
  for_each_expression(statement.target, collect);
  for_each_expression(statement.value, collect);
  return names;
}

std::vector<std::string> Kernel::inputs_of(const Statement& statement) const {
  std::vector<std::string> names;
  const auto collect = [&](const Expression& expression) {
    if (expression.kind == Expression::Kind::Access) add_once(names, expression.name);
  };
  for (const Expression& subscript : statement.target.operands) {
    for_each_expression(subscript, collect);
  }
  for_each_expression(statement.value, collect);
  return names;
}

void set_params(Kernel& kernel, const std::map<std::string, int64_t>& values,
                base::Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const Param& param : kernel.params) known.push_back(param.name);
  for (const auto& [name, value] : values) {
    const auto found = std::ranges::find(kernel.params, name, &Param::name);
    if (found == kernel.params.end()) {
      report_unknown(diagnostics, kernel.where, "parameter", name, "kernel " + kernel.name, known);
    } else if (value < 1) {
      report(diagnostics, found->where,
             fmt::format("expected a positive parameter {}, found {}", name, value));
    } else {
      found->value = value;
    }
  }
  check_sizes(kernel, diagnostics);
}

void use_fabric_sizes(Kernel& kernel, base::Diagnostics& diagnostics) {
  std::map<std::string, int64_t> sizes;
  for (const Param& param : kernel.fabric_params) sizes[param.name] = param.value;
  kernel.fabric_params.clear();
  set_params(kernel, sizes, diagnostics);
}

std::map<std::string, int64_t> params_from_shapes(
    const Kernel& kernel, const std::map<std::string, std::vector<int64_t>>& shapes,
    base::Diagnostics& diagnostics) {
  std::map<std::string, int64_t> values;
  for (const auto& [name, shape] : shapes) {
    const Tensor* tensor = kernel.find_tensor(name);
    if (tensor == nullptr) {
      std::vector<std::string> known;
      for (const Tensor& each : kernel.tensors) known.push_back(each.name);
      report_unknown(diagnostics, kernel.where, "tensor", name, "kernel " + kernel.name, known);
      continue;
    }
    if (tensor->dims.size() != shape.size()) {
      report(diagnostics, tensor->where,
             fmt::format("tensor {} has {} dims, its data {}", name, tensor->dims.size(),
                         shape.size()));
      continue;
    }
    for (size_t i = 0; i < shape.size(); ++i) {
      const Dim& dim = tensor->dims[i];
      if (dim.extent.kind != Expression::Kind::Name) continue;
      const auto [bound, added] = values.emplace(dim.extent.name, shape[i]);
      if (added || bound->second == shape[i]) continue;
      report(diagnostics, dim.where,
             fmt::format("{} is {} by the data of tensor {}, but {} elsewhere", dim.extent.name,
                         shape[i], name, bound->second));
    }
  }
  return values;
}

}  // namespace weft::ir
