// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/evaluate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/dense/round.h"
#include "kernels/einsum/check_gathers.h"
#include "kernels/einsum/index_form.h"
#include "kernels/einsum/join.h"
#include "kernels/einsum/target.h"
#include "kernels/einsum/terms.h"
#include "kernels/ir/evaluate.h"

namespace weft::einsum {

using program::Form;
using Kind = ir::Expression::Kind;

namespace {

/// One statement over all its points, for given values of the repeated indices.
class StatementEvaluator {
 public:
  StatementEvaluator(const ir::Kernel& kernel, const ir::Statement& statement, Operands& values)
      : kernel_(kernel), statement_(statement), values_(values) {
    indices_ = kernel.indices_of(statement);
    for (const std::string& index : indices_)
      names_.forms[index] = program::variable_form(space_.add_variable({0, kAnyIndex}));
    names_.gather = [this](const ir::Expression& access) { return gather(access); };
    const ir::Tensor& target = *kernel.find_tensor(statement.target.name);
    target_subscripts_ = subscripts(statement.target);
    const std::vector<int64_t> shape = kernel.shape(target);
    for (size_t dim = 0; dim < shape.size(); ++dim)
      target_place_ = program::scaled(target_place_, shape[dim]) + target_subscripts_[dim];
    masked_ = target.pattern.has_value();
    terms_ = expand(kernel, statement.value);
  }

  void run(const std::map<std::string, int64_t>& fixed, Target& target) {
    std::vector<int64_t> at(indices_.size(), 0);
    std::vector<bool> bound(indices_.size(), false);
    ir::Bindings bindings = kernel_.bindings();
    for (const auto& [index, value] : fixed) bindings.bind(index, value);
    for (size_t i = 0; i < indices_.size(); ++i) {
      const auto given = fixed.find(indices_[i]);
      if (given != fixed.end()) {
        at[i] = given->second;
        bound[i] = true;
      }
      extents_[i] = *ir::evaluate_point(kernel_.find_index(indices_[i])->extent, bindings);
    }
    if (statement_.combine == ir::Combine::Assign) target.begin_pass();
    const bool sums =
        statement_.combine == ir::Combine::Add || statement_.combine == ir::Combine::Assign;
    if (sums || terms_.size() == 1) {
      for (const ProductTerm& term : terms_) run_term(term, at, bound, target);
    } else {
      run_points(at, bound, 0, target);
    }
  }

 private:
  static constexpr size_t kMostStreams = 4;
  static constexpr int64_t kAnyIndex = INT32_MAX;

  Form gather(const ir::Expression& access) {
    const Operand& array = values_.at(access.name);
    WEFT_CHECK(array.full, "an index array that is not dense");
    const auto id = static_cast<int32_t>(gathered_.size());
    gathered_.push_back(&array);
    return gathered_form(array, id, subscripts(access), space_);
  }

  std::vector<Form> subscripts(const ir::Expression& access) {
    return subscript_forms(kernel_, access, names_, space_);
  }

  Factor factor_of(const ir::Expression& access) {
    Factor factor{&values_.at(access.name), subscripts(access), {}, false};
    for (const Form& form : factor.subscripts) {
      const bool bare = form.constant == 0 && form.terms.size() == 1 &&
                        form.terms[0].coefficient == 1 &&
                        form.terms[0].variable < static_cast<int32_t>(indices_.size());
      factor.bare.push_back(bare ? form.terms[0].variable : -1);
    }
    return factor;
  }

  void run_term(const ProductTerm& term, const std::vector<int64_t>& at,
                const std::vector<bool>& bound, Target& target) {
    std::vector<Factor> sparse;
    std::vector<const ir::Expression*> rest;
    if (masked_ && !values_.at(statement_.target.name).full) {
      sparse.push_back(factor_of(statement_.target));
      sparse.back().counts_only = true;
    }
    for (const ir::Expression* factor : term.factors) {
      const bool stored = factor->kind == Kind::Access && !values_.at(factor->name).full;
      stored ? sparse.push_back(factor_of(*factor)) : rest.push_back(factor);
    }
    std::vector<bool> covered = bound;
    for (const Factor& factor : sparse) {
      for (const Form& form : factor.subscripts) cover(form, covered);
    }
    DenseWalk walk{term, rest, row_major_forms(rest), covered, {}, target};
    Join join(space_, sparse);
    join.run(at, bound, extents_, [&](const std::vector<int64_t>& point, double product) {
      walk.at = point;
      run_dense(walk, 0, product * term.coefficient);
    });
  }

  void cover(const Form& form, std::vector<bool>& covered) const {
    for (size_t index = 0; index < covered.size(); ++index)
      covered[index] = covered[index] || space_.depends_on(form, static_cast<int32_t>(index));
  }

  /// Where each full factor finds its element; an index name stands for its own value.
  std::vector<Form> row_major_forms(const std::vector<const ir::Expression*>& factors) {
    std::vector<Form> forms;
    for (const ir::Expression* factor : factors) {
      if (factor->kind == Kind::Name) {
        forms.push_back(names_.forms.at(factor->name));
        continue;
      }
      const Operand& operand = values_.at(factor->name);
      Form place;
      const std::vector<Form> subscript = subscripts(*factor);
      for (size_t dim = 0; dim < subscript.size(); ++dim)
        place = program::scaled(place, operand.shape[dim]) + subscript[dim];
      forms.push_back(place);
    }
    return forms;
  }

  /// What one term does at the points that its sparse factors share.
  struct DenseWalk {
    const ProductTerm& term;
    const std::vector<const ir::Expression*>& rest;  // factors that are full
    std::vector<Form> forms;                         // where each of them finds its element
    const std::vector<bool>& covered;                // indices that the sparse factors tell
    std::vector<int64_t> at;
    Target& target;
  };

  void run_dense(DenseWalk& walk, size_t index, double product) {
    const std::vector<bool>& covered = walk.covered;
    std::vector<int64_t>& at = walk.at;
    while (index < covered.size() && covered[index]) ++index;
    if (index < covered.size()) {
      if (run_innermost(walk, index, product)) return;
      for (at[index] = 0; at[index] < extents_[index]; ++at[index])
        run_dense(walk, index + 1, product);
      return;
    }
    for (size_t i = 0; i < walk.rest.size(); ++i) {
      const int64_t place = space_.value(walk.forms[i], at.data());
      product *= walk.rest[i]->kind == Kind::Name
                     ? static_cast<double>(place)
                     : values_.at(walk.rest[i]->name).values[static_cast<size_t>(place)];
    }
    for (const ir::Expression* divisor : walk.term.divisors)
      product /= point_value(*divisor, at).value_or(0);
    add(at, product, walk.target);
  }

  /// The last open index in equal steps, where everything is linear in it; false where it is not.
  bool run_innermost(DenseWalk& walk, size_t index, double product) {
    auto& [term, rest, forms, covered, at, target] = walk;
    const auto variable = static_cast<int32_t>(index);
    const bool last =
        std::find(covered.begin() + variable + 1, covered.end(), false) == covered.end();
    if (!last || !target.full() || !term.divisors.empty() || rest.size() > kMostStreams ||
        !space_.linear_in(target_place_, variable))
      return false;
    std::array<const double*, kMostStreams> stream{};
    std::array<int64_t, kMostStreams> step{};
    for (size_t i = 0; i < rest.size(); ++i) {
      if (rest[i]->kind == Kind::Name || !space_.linear_in(forms[i], variable)) return false;
      stream[i] = values_.at(rest[i]->name).values.data() + at_step(forms[i], at, index, 0);
      step[i] = at_step(forms[i], at, index, 1) - at_step(forms[i], at, index, 0);
    }
    int64_t slot = at_step(target_place_, at, index, 0);
    const int64_t slot_step = at_step(target_place_, at, index, 1) - slot;
    for (int64_t n = 0; n < extents_[index]; ++n, slot += slot_step) {
      double value = product;
      for (size_t i = 0; i < rest.size(); ++i) value *= stream[i][n * step[i]];
      target.combine_slot(statement_.combine, slot, value);
    }
    return true;
  }

  int64_t at_step(const Form& form, std::vector<int64_t>& at, size_t index, int64_t value) const {
    at[index] = value;
    return space_.value(form, at.data());
  }

  void add(const std::vector<int64_t>& at, double value, Target& target) {
    element_.clear();
    for (const Form& form : target_subscripts_) element_.push_back(space_.value(form, at.data()));
    target.combine(statement_.combine, element_, value);
  }

  /// All points one by one, for extremes of sums: what is not stored takes no part.
  void run_points(std::vector<int64_t>& at, const std::vector<bool>& bound, size_t index,
                  Target& target) {
    while (index < bound.size() && bound[index]) ++index;
    if (index < bound.size()) {
      for (at[index] = 0; at[index] < extents_[index]; ++at[index])
        run_points(at, bound, index + 1, target);
      return;
    }
    if (const auto value = point_value(statement_.value, at)) add(at, *value, target);
  }

  std::optional<double> point_value(const ir::Expression& e, const std::vector<int64_t>& at) {
    if (e.kind == Kind::Number) return e.number;
    if (e.kind == Kind::Name) {
      const auto index = names_.forms.find(e.name);
      if (index != names_.forms.end())
        return static_cast<double>(space_.value(index->second, at.data()));
      return static_cast<double>(kernel_.find_param(e.name)->value);
    }
    if (e.kind == Kind::Access) return element_value(e, at);
    const auto left = point_value(e.operands[0], at);
    if (e.kind == Kind::Negate) return left ? std::optional(-*left) : std::nullopt;
    const auto right = point_value(e.operands[1], at);
    if (e.kind == Kind::Add || e.kind == Kind::Subtract) {
      if (!left && !right) return std::nullopt;
      return left.value_or(0) + (e.kind == Kind::Add ? 1 : -1) * right.value_or(0);
    }
    if (!left || (!right && e.kind == Kind::Multiply)) return std::nullopt;
    return e.kind == Kind::Multiply ? *left * *right : *left / right.value_or(0);
  }

  std::optional<double> element_value(const ir::Expression& access,
                                      const std::vector<int64_t>& at) {
    const Operand& operand = values_.at(access.name);
    std::vector<int64_t> coordinate;
    for (const Form& form : subscripts(access)) coordinate.push_back(space_.value(form, at.data()));
    const int64_t place = operand.place(coordinate.data());
    if (operand.full) return operand.values[static_cast<size_t>(place)];
    auto& entries = entry_of_[access.name];
    if (entries.empty()) {
      for (int64_t entry = 0; entry < operand.entries(); ++entry)
        entries[operand.place(operand.coordinate(entry))] = entry;
    }
    const auto found = entries.find(place);
    if (found == entries.end()) return std::nullopt;
    return operand.values[static_cast<size_t>(found->second)];
  }

  const ir::Kernel& kernel_;
  const ir::Statement& statement_;
  Operands& values_;
  std::vector<std::string> indices_;
  std::vector<int64_t> extents_ = std::vector<int64_t>(64, 1);
  program::FormSpace space_;
  Names names_;
  std::vector<const Operand*> gathered_;
  std::vector<Form> target_subscripts_;
  Form target_place_;  // row-major
  std::vector<ProductTerm> terms_;
  std::vector<int64_t> element_;
  bool masked_ = false;
  std::map<std::string, std::unordered_map<int64_t, int64_t>> entry_of_;
};

void make_target(const ir::Kernel& kernel, const std::string& name, Operands& values) {
  if (values.contains(name)) return;
  const ir::Tensor& tensor = *kernel.find_tensor(name);
  Operand target = zero_operand(kernel.shape(tensor));
  if (tensor.pattern) {
    target = values.at(tensor.pattern->text);
    std::fill(target.values.begin(), target.values.end(), 0);
  } else if (!is_full(tensor)) {
    target = Operand{kernel.shape(tensor), false, {}, {}};
  }
  values[name] = std::move(target);
}

/// Runs a statement; or, for the first of a repeat, all its statements step by step.
class KernelEvaluator {
 public:
  KernelEvaluator(const ir::Kernel& kernel, Operands& values) : kernel_(kernel), values_(values) {
    for (const ir::Statement& statement : kernel.statements) {
      const std::string& target = statement.target.name;
      const bool given = values.contains(target);
      make_target(kernel, target, values);
      const ir::Tensor& tensor = *kernel.find_tensor(target);
      if (targets_.contains(target)) continue;
      targets_.emplace(target, Target(values.at(target), !is_full(tensor) && !tensor.pattern));
      targets_.at(target).set_fresh(!given);
    }
  }

  void run() {
    std::set<std::string> done;
    for (const ir::Statement& statement : kernel_.statements) {
      if (done.contains(statement.name)) continue;
      const ir::Repeat* repeat = kernel_.repeat_of(statement.name);
      if (repeat == nullptr) {
        StatementEvaluator(kernel_, statement, values_).run({}, targets_.at(statement.target.name));
        continue;
      }
      run_repeat(*repeat);
      for (const ir::StatementName& member : repeat->statements) done.insert(member.text);
    }
    for (auto& [name, operand] : values_) {
      if (!operand.full) sort_entries(operand);
    }
  }

 private:
  void run_repeat(const ir::Repeat& repeat) {
    const int64_t steps = kernel_.extent(repeat.index.text).value_or(0);
    std::vector<std::pair<const ir::Statement*, std::unique_ptr<StatementEvaluator>>> members;
    for (const ir::StatementName& name : repeat.statements) {
      const ir::Statement* statement = kernel_.find_statement(name.text);
      members.emplace_back(statement,
                           std::make_unique<StatementEvaluator>(kernel_, *statement, values_));
    }
    for (int64_t step = 0; step < steps; ++step) {
      for (auto& [statement, evaluator] : members)
        evaluator->run({{repeat.index.text, step}}, targets_.at(statement->target.name));
    }
  }

  const ir::Kernel& kernel_;
  Operands& values_;
  std::map<std::string, Target> targets_;
};

}  // namespace

void evaluate(const ir::Kernel& kernel, Operands& values) {
  base::Diagnostics diagnostics;
  check_gathers(kernel, values, diagnostics);
  diagnostics.throw_if_any();
  KernelEvaluator(kernel, values).run();
}

}  // namespace weft::einsum
