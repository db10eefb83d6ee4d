// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "kernels/ir/check.h"

namespace weft::ir {

namespace {

using Kind = Expression::Kind;

// A repeat longer than this is not unrolled to find the extents that depend on it.
constexpr int64_t kMaxUnrolled = 4096;

bool mentions(const Expression& expression, std::string_view name) {
  bool found = false;
  for_each_expression(expression, [&](const Expression& each) {
    found = found || (each.kind == Kind::Name && each.name == name);
  });
  return found;
}

class SizeChecker {
 public:
  SizeChecker(const Kernel& kernel, base::Diagnostics& diagnostics)
      : kernel_(kernel), diagnostics_(diagnostics), params_(kernel.bindings()) {}

  void check() {
    const size_t before = diagnostics_.messages().size();
    for (const Index& index : kernel_.indices) check_extent(index);
    for (const Tensor& tensor : kernel_.tensors) check_tensor(tensor);
    if (diagnostics_.messages().size() != before) return;
    for (const Statement& statement : kernel_.statements) check_bounds(statement);
  }

 private:
  void check_extent(const Index& index) {
    if (depends_on_repeat(index)) return;
    const auto extent = evaluate_point(index.extent, params_);
    if (!extent || *extent < 1) {
      report(diagnostics_, index.extent.where,
             fmt::format("extent '{}' of index {} is no positive integer", index.extent.text(),
                         index.name));
    }
  }

  bool depends_on_repeat(const Index& index) const {
    return std::ranges::any_of(kernel_.repeats, [&](const Repeat& repeat) {
      return mentions(index.extent, repeat.index.text);
    });
  }

  void check_tensor(const Tensor& tensor) {
    const std::vector<int64_t> shape = kernel_.shape(tensor);
    const bool positive = std::ranges::all_of(shape, [](int64_t extent) { return extent >= 1; });
    if (shape.size() != tensor.dims.size() || !positive) return bad_shape(tensor);
    if (!levels_are_injective(tensor, shape, params_)) {
      report(diagnostics_, tensor.levels_where,
             fmt::format("level map of {} is not injective: two coordinates share one slot",
                         tensor.name));
    }
    const bool constant = tensor.data && tensor.data->kind == TensorData::Kind::Constant;
    if (constant && tensor.data->shape != shape) {
      report(diagnostics_, tensor.data->where,
             fmt::format("constants of tensor {} are {}, its dims are {}", tensor.name,
                         fmt::join(tensor.data->shape, " x "), fmt::join(shape, " x ")));
    }
  }

  void bad_shape(const Tensor& tensor) {
    for (const Dim& dim : tensor.dims) {
      if (evaluate_point(dim.extent, params_).value_or(0) >= 1) continue;
      report(diagnostics_, dim.where,
             fmt::format("extent '{}' of a dim of tensor {} is no positive integer",
                         dim.extent.text(), tensor.name));
    }
  }

  /// Subscripts are checked as intervals over all indices at once; where extents depend on a
  /// repeated index, for every value of that index.
  void check_bounds(const Statement& statement) {
    const std::vector<std::string> indices = kernel_.indices_of(statement);
    const Repeat* repeat = kernel_.repeat_of(statement.name);
    const bool unrolled =
        repeat != nullptr && std::ranges::any_of(indices, [&](const std::string& name) {
          return mentions(kernel_.find_index(name)->extent, repeat->index.text);
        });
    if (!unrolled) {
      check_accesses(statement, ranges(indices, params_));
      return;
    }
    const int64_t steps = kernel_.extent(repeat->index.text).value_or(0);
    if (steps > kMaxUnrolled) return;
    for (int64_t step = 0; step < steps; ++step) {
      Bindings bindings = params_;
      bindings.bind(repeat->index.text, step);
      std::vector<std::string> others = indices;
      std::erase(others, repeat->index.text);
      if (!check_accesses(statement, ranges(others, bindings))) return;
    }
  }

  Bindings ranges(const std::vector<std::string>& indices, const Bindings& outer) {
    Bindings bindings = outer;
    for (const std::string& name : indices) {
      const auto extent = evaluate_point(kernel_.find_index(name)->extent, outer);
      if (extent && *extent >= 1) bindings.bind(name, Interval{0, *extent - 1});
    }
    return bindings;
  }

  /// False after a report, so that a defect is not told once per step.
  bool check_accesses(const Statement& statement, const Bindings& ranges) {
    bool inside = true;
    const auto visit = [&](const Expression& expression) {
      const Tensor* tensor =
          expression.kind == Kind::Access ? kernel_.find_tensor(expression.name) : nullptr;
      if (tensor == nullptr || tensor->dims.size() != expression.operands.size()) return;
      for (size_t i = 0; i < tensor->dims.size(); ++i) {
        inside = check_subscript(*tensor, i, expression.operands[i], ranges) && inside;
      }
    };
    for_each_expression(statement.target, visit);
    for_each_expression(statement.value, visit);
    return inside;
  }

  bool check_subscript(const Tensor& tensor, size_t dim, const Expression& subscript,
                       const Bindings& ranges) {
    const auto values = evaluate(subscript, ranges);
    const auto extent = evaluate_point(tensor.dims[dim].extent, params_);
    if (!values || !extent || (values->low >= 0 && values->high < *extent)) return true;
    report(diagnostics_, subscript.where,
           fmt::format("subscript '{}' of {} reaches {}, but dim {} is 0 to {}", subscript.text(),
                       tensor.name, values->low < 0 ? values->low : values->high,
                       tensor.dims[dim].name, *extent - 1));
    return false;
  }

  const Kernel& kernel_;
  base::Diagnostics& diagnostics_;
  Bindings params_;
};

}  // namespace

void check_sizes(const Kernel& kernel, base::Diagnostics& diagnostics) {
  SizeChecker(kernel, diagnostics).check();
}

}  // namespace weft::ir
