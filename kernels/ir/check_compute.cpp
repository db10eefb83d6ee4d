// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/check.h"

namespace weft::ir {

namespace {

using Kind = Expression::Kind;

template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> names;
  names.reserve(items.size());
  for (const Item& item : items) names.push_back(item.name);
  return names;
}

class ComputeChecker {
 public:
  ComputeChecker(const Kernel& kernel, base::Diagnostics& diagnostics)
      : kernel_(kernel), diagnostics_(diagnostics), tensors_(names_of(kernel.tensors)) {
    scalars_ = names_of(kernel.indices);
    for (const Param& param : kernel.params) scalars_.push_back(param.name);
  }

  void check() {
    for (const Statement& statement : kernel_.statements) check_statement(statement);
    for (const Repeat& repeat : kernel_.repeats) check_repeat(repeat);
  }

 private:
  void check_statement(const Statement& statement) {
    statement_ = &statement;
    access(statement.target);
    value(statement.value);
    if (statement.combine == Combine::Assign) check_assignment(statement);
  }

  /// The right side: accesses, numbers and parameters, joined by + - * /.
  void value(const Expression& expression) {
    switch (expression.kind) {
      case Kind::Access:
        return access(expression);
      case Kind::Name:
        return scalar(expression);
      case Kind::Call:
        return report(
            diagnostics_, expression.where,
            fmt::format("unknown function '{}' in {}", expression.name, statement_->name));
      default:
        break;
    }
    for (const Expression& operand : expression.operands) value(operand);
  }

  void access(const Expression& expression) {
    const Tensor* tensor = kernel_.find_tensor(expression.name);
    if (tensor == nullptr) {
      report_unknown(diagnostics_, expression.where, "tensor", expression.name, statement_->name,
                     tensors_);
    } else if (tensor->dims.size() != expression.operands.size()) {
      report(diagnostics_, expression.where,
             fmt::format("tensor {} has {} dims, but {} gives {} subscripts", tensor->name,
                         tensor->dims.size(), statement_->name, expression.operands.size()));
    }
    for (const Expression& operand : expression.operands) value(operand);
  }

  void scalar(const Expression& expression) {
    if (std::ranges::find(scalars_, expression.name) != scalars_.end()) return;
    report_unknown(diagnostics_, expression.where, "index", expression.name, statement_->name,
                   scalars_);
  }

  /// `=` keeps one value per element, so every index must choose an element.
  void check_assignment(const Statement& statement) {
    std::vector<std::string> chosen;
    for_each_expression(statement.target,
                        [&](const Expression& each) { chosen.push_back(each.name); });
    for (const std::string& index : kernel_.indices_of(statement)) {
      if (std::ranges::find(chosen, index) != chosen.end()) continue;
      report(diagnostics_, statement.where,
             fmt::format("'=' in {} keeps one value of index {}; use '+=' or another reduction",
                         statement.name, index));
    }
  }

  void check_repeat(const Repeat& repeat) {
    if (kernel_.find_index(repeat.index.text) == nullptr) {
      report_unknown(diagnostics_, repeat.index.where, "index", repeat.index.text, "repeat",
                     names_of(kernel_.indices));
    }
    for (const StatementName& member : repeat.statements) {
      if (kernel_.find_statement(member.text) == nullptr) {
        report_unknown(diagnostics_, member.where, "statement", member.text,
                       fmt::format("repeat of {}", repeat.index.text),
                       names_of(kernel_.statements));
      }
    }
  }

  const Kernel& kernel_;
  base::Diagnostics& diagnostics_;
  std::vector<std::string> tensors_;
  std::vector<std::string> scalars_;
  const Statement* statement_ = nullptr;
};

}  // namespace

void check_compute(const Kernel& kernel, base::Diagnostics& diagnostics) {
  ComputeChecker(kernel, diagnostics).check();
}

}  // namespace weft::ir
