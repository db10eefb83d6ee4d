// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/check_gathers.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "kernels/dense/round.h"
#include "kernels/ir/evaluate.h"

namespace weft::einsum {

namespace {

using ir::Interval;

bool is_gather(const ir::Expression& expression) {
  return expression.kind == ir::Expression::Kind::Access;
}

bool has_gather(const ir::Expression& expression) {
  bool found = false;
  ir::for_each_expression(expression, [&](const auto& each) { found |= is_gather(each); });
  return found;
}

/// The outermost gathers as names, which can be bound to what they take.
ir::Expression gathers_as_names(const ir::Expression& expression) {
  ir::Expression named = expression;
  if (is_gather(expression)) {
    named.kind = ir::Expression::Kind::Name;
    named.name = expression.text();
    named.operands.clear();
    return named;
  }
  for (ir::Expression& operand : named.operands) operand = gathers_as_names(operand);
  return named;
}

void outermost_gathers(const ir::Expression& expression,
                       std::vector<const ir::Expression*>& found) {
  if (is_gather(expression)) {
    found.push_back(&expression);
    return;
  }
  for (const ir::Expression& operand : expression.operands) outermost_gathers(operand, found);
}

/// The gathers of one statement, those within others first.
class GatherChecker {
 public:
  GatherChecker(const ir::Kernel& kernel, const ir::Statement& statement, const Operands& values,
                base::Diagnostics& diagnostics)
      : kernel_(kernel), statement_(statement), values_(values), diagnostics_(diagnostics) {}

  void check() {
    check_accesses(statement_.target);
    check_accesses(statement_.value);
  }

 private:
  using Gathers = std::vector<const ir::Expression*>;
  using Names = std::vector<std::string>;

  void check_accesses(const ir::Expression& expression) {
    for (const ir::Expression& operand : expression.operands) check_accesses(operand);
    if (!is_gather(expression) || !diagnostics_.empty()) return;
    const std::vector<int64_t> shape = kernel_.shape(*kernel_.find_tensor(expression.name));
    for (size_t dim = 0; dim < shape.size(); ++dim) {
      const ir::Expression& subscript = expression.operands[dim];
      if (!has_gather(subscript) || !diagnostics_.empty()) continue;
      bool known = true;
      ir::for_each_expression(subscript, [&](const auto& each) {
        known = known && (!is_gather(each) || is_known(each));
      });
      if (known) check_points(expression, dim, shape[dim]);
    }
  }

  bool is_known(const ir::Expression& gather) {
    const auto refuse = [&](const std::string& why) {
      ir::report(diagnostics_, gather.where, fmt::format("index array {} {}", gather.name, why));
      return false;
    };
    for (const ir::Statement& other : kernel_.statements) {
      if (other.target.name == gather.name)
        return refuse(fmt::format("must come from outside, but {} writes it", other.name));
    }
    if (!is_full(*kernel_.find_tensor(gather.name))) return refuse("must be dense");
    return values_.contains(gather.name);
  }

  /// Looks at the ranges of indices and index arrays; where these leave the tensor, at every point.
  void check_points(const ir::Expression& access, size_t dim, int64_t extent) {
    const ir::Expression& subscript = access.operands[dim];
    const ir::Expression named = gathers_as_names(subscript);
    Gathers gathers;
    outermost_gathers(subscript, gathers);
    const Names names = indices_of(subscript);
    const auto range = range_of(named, gathers, names);
    if (range && range->low >= 0 && range->high < extent) return;
    constexpr int64_t kMostPoints = 1 << 24;
    int64_t points = 0;
    walk(names, 0, kernel_.bindings(), [&](const ir::Bindings& point) {
      const auto value = value_at(named, gathers, point);
      if (value && *value >= 0 && *value < extent && ++points <= kMostPoints) return true;
      const std::string& name = kernel_.find_tensor(access.name)->dims[dim].name;
      const std::string bounds = fmt::format("dim {} is 0 to {}", name, extent - 1);
      const std::string what =
          points > kMostPoints ? fmt::format("may leave it ({}), and has too many points", bounds)
          : value              ? fmt::format("reaches {}, but {}", *value, bounds)
                               : "comes to no integer";
      ir::report(diagnostics_, subscript.where,
                 fmt::format("subscript '{}' of {} {}: {}", subscript.text(), access.name, what,
                             elements_text(gathers, point)));
      return false;
    });
  }

  /// Nothing where an array holds what is no integer.
  std::optional<Interval> range_of(const ir::Expression& named, const Gathers& gathers,
                                   const Names& names) const {
    ir::Bindings bindings = kernel_.bindings();
    for (const std::string& name : names) {
      const auto extent = ir::evaluate(kernel_.find_index(name)->extent, bindings);
      if (!extent) return std::nullopt;
      bindings.bind(name, Interval{0, extent->high - 1});
    }
    for (const ir::Expression* gather : gathers) {
      const std::vector<double>& elements = values_.at(gather->name).values;
      if (elements.empty() || !std::ranges::all_of(elements, is_integer)) return std::nullopt;
      const auto [low, high] = std::ranges::minmax(elements);
      bindings.bind(gather->text(),
                    Interval{static_cast<int64_t>(low), static_cast<int64_t>(high)});
    }
    return ir::evaluate(named, bindings);
  }

  static bool is_integer(double value) {
    constexpr double kExactIntegers = 9007199254740992;  // 2^53
    return std::floor(value) == value && std::abs(value) <= kExactIntegers;
  }

  std::optional<int64_t> value_at(const ir::Expression& named, const Gathers& gathers,
                                  const ir::Bindings& point) const {
    ir::Bindings bindings = point;
    for (const ir::Expression* gather : gathers) {
      std::vector<int64_t> at;
      const auto element = element_of(*gather, point, at);
      if (!element || !is_integer(*element)) return std::nullopt;
      bindings.bind(gather->text(), static_cast<int64_t>(*element));
    }
    return ir::evaluate_point(named, bindings);
  }

  /// "P[7] is 900000000", of every gather.
  std::string elements_text(const Gathers& gathers, const ir::Bindings& point) const {
    std::string text;
    for (const ir::Expression* gather : gathers) {
      std::vector<int64_t> at;
      const auto element = element_of(*gather, point, at);
      if (!element) continue;
      text += fmt::format("{}{}[{}] is {}", text.empty() ? "" : ", ", gather->name,
                          fmt::join(at, ","), *element);
    }
    return text;
  }

  std::optional<double> element_of(const ir::Expression& gather, const ir::Bindings& point,
                                   std::vector<int64_t>& at) const {
    const Operand& array = values_.at(gather.name);
    for (size_t dim = 0; dim < gather.operands.size(); ++dim) {
      const ir::Expression& subscript = gather.operands[dim];
      Gathers inner;
      outermost_gathers(subscript, inner);
      const auto place = value_at(gathers_as_names(subscript), inner, point);
      if (!place || *place < 0 || *place >= array.shape[dim]) return std::nullopt;
      at.push_back(*place);
    }
    return array.values[static_cast<size_t>(array.place(at.data()))];
  }

  /// The indices in an expression, that of the statement's repeat first: extents depend on it.
  Names indices_of(const ir::Expression& expression) const {
    Names names;
    const ir::Repeat* repeat = kernel_.repeat_of(statement_.name);
    const auto add = [&](const std::string& name) {
      if (kernel_.find_index(name) != nullptr && std::ranges::count(names, name) == 0)
        names.push_back(name);
    };
    ir::for_each_expression(expression, [&](const auto& each) {
      const ir::Index* index = is_gather(each) ? nullptr : kernel_.find_index(each.name);
      if (index == nullptr) return;
      ir::for_each_expression(index->extent, [&](const auto& part) { add(part.name); });
      add(each.name);
    });
    if (repeat != nullptr && std::erase(names, repeat->index.text) > 0)
      names.insert(names.begin(), repeat->index.text);
    return names;
  }

  /// Visits the points of indices until `visit` is false.
  bool walk(const Names& names, size_t depth, const ir::Bindings& outer,
            const std::function<bool(const ir::Bindings&)>& visit) const {
    if (depth == names.size()) return visit(outer);
    const auto extent = ir::evaluate_point(kernel_.find_index(names[depth])->extent, outer);
    for (int64_t value = 0; value < extent.value_or(0); ++value) {
      ir::Bindings inner = outer;
      inner.bind(names[depth], value);
      if (!walk(names, depth + 1, inner, visit)) return false;
    }
    return true;
  }

  const ir::Kernel& kernel_;
  const ir::Statement& statement_;
  const Operands& values_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_gathers(const ir::Kernel& kernel, const Operands& values,
                   base::Diagnostics& diagnostics) {
  for (const ir::Statement& statement : kernel.statements)
    GatherChecker(kernel, statement, values, diagnostics).check();
}

void check_constant_gathers(const ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  Operands constants;
  for (const ir::Tensor& tensor : kernel.tensors) {
    if (!tensor.data || tensor.data->kind != ir::TensorData::Kind::Constant) continue;
    Operand& constant = constants[tensor.name];
    constant = full_operand({tensor.data->shape, tensor.data->values});
    for (double& value : constant.values) value = dense::round_to(tensor.dtype, value);
  }
  check_gathers(kernel, constants, diagnostics);
}

}  // namespace weft::einsum
