// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "kernels/ir/check.h"
#include "kernels/ir/evaluate.h"

namespace weft::ir {

namespace {

using Kind = Expression::Kind;

/// A repeat longer than this is not looked at step by step.
constexpr int64_t kMostCheckedSteps = 1 << 20;

bool mentions(const Expression& expression, std::string_view name) {
  bool found = false;
  for_each_expression(expression, [&](const Expression& each) {
    found = found || (each.kind == Kind::Name && each.name == name);
  });
  return found;
}

bool gathers(const Expression& expression) {
  bool found = false;
  for_each_expression(expression,
                      [&](const Expression& each) { found = found || each.kind == Kind::Access; });
  return found;
}

/// Why an expression has no value for some values of its names.
std::string why_unbounded(const Expression& expression, const Bindings& ranges) {
  std::string why = "has no bounds";
  for_each_expression(expression, [&](const Expression& each) {
    if (each.kind != Kind::Divide && each.kind != Kind::Modulo) return;
    const auto divisors = evaluate(each.operands[1], ranges);
    if (divisors && divisors->low <= 0)
      why = fmt::format("divides by '{}', which may be {}", each.operands[1].text(), divisors->low);
  });
  return why;
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
    for (const Level& level : tensor.levels) check_level(tensor, shape, level);
    const bool constant = tensor.data && tensor.data->kind == TensorData::Kind::Constant;
    if (constant && tensor.data->shape != shape) {
      report(diagnostics_, tensor.data->where,
             fmt::format("constants of tensor {} are {}, its dims are {}", tensor.name,
                         fmt::join(tensor.data->shape, " x "), fmt::join(shape, " x ")));
    }
  }

  void check_level(const Tensor& tensor, const std::vector<int64_t>& shape, const Level& level) {
    Bindings ranges = params_;
    for (size_t dim = 0; dim < shape.size(); ++dim)
      ranges.bind(tensor.dims[dim].name, Interval{0, shape[dim] - 1});
    const auto check = [&](const Expression& coordinate, bool stored) {
      const auto values = evaluate(coordinate, ranges);
      if (values && (values->low >= 0 || !stored)) return;
      report(
          diagnostics_, level.where,
          fmt::format("coordinate '{}' of a level of tensor {} {}", coordinate.text(), tensor.name,
                      values ? fmt::format("reaches {}, below 0", values->low)
                             : why_unbounded(coordinate, ranges)));
    };
    check(level.coordinate, true);
    if (level.equals) check(*level.equals, false);
  }

  void bad_shape(const Tensor& tensor) {
    for (const Dim& dim : tensor.dims) {
      if (evaluate_point(dim.extent, params_).value_or(0) >= 1) continue;
      report(diagnostics_, dim.where,
             fmt::format("extent '{}' of a dim of tensor {} is no positive integer",
                         dim.extent.text(), tensor.name));
    }
  }

  /// Subscripts are checked as intervals over all indices at once. Where extents depend on a
  /// repeated index, that encloses more than the points there are, so that what it refuses is
  /// checked again for every value of that index.
  void check_bounds(const Statement& statement) {
    const std::vector<std::string> indices = kernel_.indices_of(statement);
    const Repeat* repeat = kernel_.repeat_of(statement.name);
    const int64_t steps = repeat == nullptr ? 1 : kernel_.extent(repeat->index.text).value_or(1);
    const auto defects_at = [&](Interval step) {
      Bindings outer = params_;
      if (repeat != nullptr) outer.bind(repeat->index.text, step);
      return defects_of(statement, indices, outer);
    };
    std::vector<Defect> defects = defects_at({0, steps - 1});
    const bool changes =
        repeat != nullptr && std::ranges::any_of(indices, [&](const std::string& name) {
          return mentions(kernel_.find_index(name)->extent, repeat->index.text);
        });
    if (changes && !defects.empty()) {
      if (steps > kMostCheckedSteps) return refuse_long_repeat(statement, *repeat, defects.front());
      defects.clear();
      for (int64_t step = 0; step < steps && defects.empty(); ++step)
        defects = defects_at({step, step});
    }
    for (const Defect& defect : defects) report(diagnostics_, defect.where, defect.what);
  }

  struct Defect {
    Origin where;
    std::string what;
  };

  void refuse_long_repeat(const Statement& statement, const Repeat& repeat, const Defect& defect) {
    report(diagnostics_, defect.where,
           fmt::format("{} over all steps of {}, and the more than {} steps of index {} are not "
                       "checked one by one",
                       defect.what, statement.name, kMostCheckedSteps, repeat.index.text));
  }

  /// What is wrong with the subscripts of a statement where parameters and the repeated index have
  /// these values; nothing where it has no points.
  std::vector<Defect> defects_of(const Statement& statement,
                                 const std::vector<std::string>& indices, const Bindings& outer) {
    Bindings ranges = outer;
    for (const std::string& name : indices) {
      if (ranges.find(name) != nullptr) continue;
      const Expression& expression = kernel_.find_index(name)->extent;
      const auto extent = evaluate(expression, outer);
      if (!extent) {
        return {{expression.where,
                 fmt::format("extent '{}' of index {} in {} {}", expression.text(), name,
                             statement.name, why_unbounded(expression, outer))}};
      }
      if (extent->high < 1) return {};
      ranges.bind(name, Interval{0, extent->high - 1});
    }
    std::vector<Defect> defects;
    const auto visit = [&](const Expression& expression) {
      const Tensor* tensor =
          expression.kind == Kind::Access ? kernel_.find_tensor(expression.name) : nullptr;
      if (tensor == nullptr || tensor->dims.size() != expression.operands.size()) return;
      for (size_t i = 0; i < tensor->dims.size(); ++i)
        check_subscript(*tensor, i, expression.operands[i], ranges, defects);
    };
    for_each_expression(statement.target, visit);
    for_each_expression(statement.value, visit);
    return defects;
  }

  /// What a gather reaches is known when its index array is (einsum::check_gathers).
  void check_subscript(const Tensor& tensor, size_t dim, const Expression& subscript,
                       const Bindings& ranges, std::vector<Defect>& defects) {
    if (gathers(subscript)) return;
    const auto values = evaluate(subscript, ranges);
    const auto extent = evaluate_point(tensor.dims[dim].extent, params_);
    if (!extent || (values && values->low >= 0 && values->high < *extent)) return;
    if (!values) {
      defects.push_back(
          {subscript.where, fmt::format("subscript '{}' of {} {}", subscript.text(), tensor.name,
                                        why_unbounded(subscript, ranges))});
      return;
    }
    defects.push_back(
        {subscript.where,
         fmt::format("subscript '{}' of {} reaches {}, but dim {} is 0 to {}", subscript.text(),
                     tensor.name, values->low < 0 ? values->low : values->high,
                     tensor.dims[dim].name, *extent - 1)});
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
