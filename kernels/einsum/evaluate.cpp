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
#include "kernels/einsum/index_form.h"
#include "kernels/einsum/join.h"
#include "kernels/einsum/terms.h"
#include "kernels/ir/evaluate.h"

namespace weft::einsum {

using program::Form;
using Kind = ir::Expression::Kind;

namespace {

double combined(ir::Combine combine, double old, double value) {
  switch (combine) {
    case ir::Combine::Max:
      return std::max(old, value);
    case ir::Combine::Min:
      return std::min(old, value);
    case ir::Combine::Or:
      return old != 0 || value != 0 ? 1 : 0;
    default:
      return old + value;
  }
}

/// A target while values are combined into it: dense, or a table of the elements reached so far.
class Target {
 public:
  Target(Operand& operand, bool assembles) : operand_(operand), assembles_(assembles) {
    if (operand.full) {
      reached_.assign(operand.values.size(), false);
      return;
    }
    for (int64_t entry = 0; entry < operand.entries(); ++entry)
      places_[operand.place(operand.coordinate(entry))] = entry;
    reached_.assign(operand.values.size(), false);
  }

  void combine(ir::Combine how, const std::vector<int64_t>& at, double value) {
    combine_slot(how, slot_of(at), value);
  }

  /// The same where the row-major place is at hand. Precondition: full().
  void combine_slot(ir::Combine how, int64_t slot, double value) {
    if (slot < 0) return;
    double& element = operand_.values[static_cast<size_t>(slot)];
    const bool first = !reached_[static_cast<size_t>(slot)];
    reached_[static_cast<size_t>(slot)] = true;
    const bool fresh = first && (how == ir::Combine::Max || how == ir::Combine::Min) && fresh_;
    const bool assigns = first && how == ir::Combine::Assign;
    element = fresh || assigns ? value : combined(how, element, value);
  }

  bool full() const { return operand_.full; }

  /// An assignment begins anew with each pass over its points.
  void begin_pass() {
    if (!reached_.empty()) std::fill(reached_.begin(), reached_.end(), false);
  }
  /// The target had no values before the statement.
  void set_fresh(bool fresh) { fresh_ = fresh; }

 private:
  int64_t slot_of(const std::vector<int64_t>& at) {
    const int64_t place = operand_.place(at.data());
    if (operand_.full) return place;
    const auto found = places_.find(place);
    if (found != places_.end()) return found->second;
    if (!assembles_) return -1;
    places_[place] = operand_.entries();
    operand_.coordinates.insert(operand_.coordinates.end(), at.begin(), at.end());
    operand_.values.push_back(0);
    reached_.push_back(false);
    return operand_.entries() - 1;
  }

  Operand& operand_;
  bool assembles_;
  bool fresh_ = true;
  std::unordered_map<int64_t, int64_t> places_;
  std::vector<bool> reached_;
};

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
    space_.set_array(id, array.values.data());
    Form position;
    const std::vector<Form> subscript = subscripts(access);
    for (size_t dim = 0; dim < subscript.size(); ++dim)
      position = program::scaled(position, array.shape[dim]) + subscript[dim];
    return space_.gather(id, position, {0, INT32_MAX});
  }

  std::vector<Form> subscripts(const ir::Expression& access) {
    std::vector<Form> forms;
    for (const ir::Expression& subscript : access.operands)
      forms.push_back(index_form(kernel_, subscript, names_, space_));
    return forms;
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
    if (masked_) {
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
    std::vector<Form> forms = row_major_forms(rest);
    Join join(space_, sparse);
    join.run(at, bound, extents_, [&](const std::vector<int64_t>& point, double product) {
      std::vector<int64_t> all = point;
      run_dense(term, rest, forms, all, covered, 0, product * term.coefficient, target);
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

  void run_dense(const ProductTerm& term, const std::vector<const ir::Expression*>& rest,
                 const std::vector<Form>& forms, std::vector<int64_t>& at,
                 const std::vector<bool>& covered, size_t index, double product, Target& target) {
    while (index < covered.size() && covered[index]) ++index;
    if (index < covered.size()) {
      if (run_innermost(term, rest, forms, at, covered, index, product, target)) return;
      for (at[index] = 0; at[index] < extents_[index]; ++at[index])
        run_dense(term, rest, forms, at, covered, index + 1, product, target);
      return;
    }
    for (size_t i = 0; i < rest.size(); ++i) {
      const int64_t place = space_.value(forms[i], at.data());
      product *= rest[i]->kind == Kind::Name
                     ? static_cast<double>(place)
                     : values_.at(rest[i]->name).values[static_cast<size_t>(place)];
    }
    for (const ir::Expression* divisor : term.divisors)
      product /= point_value(*divisor, at).value_or(0);
    add(at, product, target);
  }

  /// The last open index in equal steps, where everything is linear in it; false where it is not.
  bool run_innermost(const ProductTerm& term, const std::vector<const ir::Expression*>& rest,
                     const std::vector<Form>& forms, std::vector<int64_t>& at,
                     const std::vector<bool>& covered, size_t index, double product,
                     Target& target) {
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

bool reads(const ir::Kernel& kernel, const ir::Statement& statement, const std::string& tensor) {
  return std::ranges::count(kernel.inputs_of(statement), tensor) > 0;
}

}  // namespace

std::vector<const ir::Tensor*> initial_tensors(const ir::Kernel& kernel) {
  std::vector<const ir::Tensor*> initial;
  for (const ir::Tensor& tensor : kernel.tensors) {
    bool pattern = std::ranges::any_of(kernel.tensors, [&](const ir::Tensor& other) {
      return other.pattern && other.pattern->text == tensor.name;
    });
    for (const ir::Statement& statement : kernel.statements) {
      if (reads(kernel, statement, tensor.name)) pattern = true;
      if (pattern || statement.target.name == tensor.name) break;
    }
    if (pattern) initial.push_back(&tensor);
  }
  return initial;
}

std::vector<const ir::Tensor*> result_tensors(const ir::Kernel& kernel) {
  std::vector<const ir::Tensor*> results;
  for (const ir::Tensor& tensor : kernel.tensors) {
    bool written = false;
    bool read_later = false;
    for (const ir::Statement& statement : kernel.statements) {
      const bool recurs = kernel.repeat_of(statement.name) != nullptr;
      if (reads(kernel, statement, tensor.name) && !recurs) read_later = written;
      written |= statement.target.name == tensor.name;
    }
    if (written && !read_later) results.push_back(&tensor);
  }
  return results;
}

void evaluate(const ir::Kernel& kernel, Operands& values) {
  KernelEvaluator(kernel, values).run();
}

namespace {

/// The relative error that the order of additions and one rounding to the dtype of each tensor on
/// the way may make.
double tolerance_of(const ir::Kernel& kernel) {
  double tolerance = 0;
  for (const ir::Statement& statement : kernel.statements) {
    double terms = 1;
    for (const std::string& index : kernel.indices_of(statement))
      terms *= static_cast<double>(kernel.extent(index).value_or(1));
    const ir::Repeat* repeat = kernel.repeat_of(statement.name);
    const double steps =
        repeat == nullptr ? 1 : static_cast<double>(kernel.extent(repeat->index.text).value_or(1));
    const double stored = dense::epsilon_of(kernel.find_tensor(statement.target.name)->dtype);
    tolerance += 4 * steps * (stored + 0x1p-52 * std::sqrt(terms));
  }
  return tolerance;
}

double mean_magnitude(const Operand& operand) {
  double sum = 0;
  for (const double value : operand.values) sum += std::abs(value);
  return operand.values.empty() ? 0 : sum / static_cast<double>(operand.values.size());
}

}  // namespace

Deviation compare(const ir::Kernel& kernel, const std::vector<const ir::Tensor*>& tensors,
                  const Operands& found, const Operands& expected) {
  Deviation deviation;
  deviation.tolerance = tolerance_of(kernel);
  for (const ir::Tensor* tensor : tensors) {
    const Operand& want = expected.at(tensor->name);
    const Operand& have = found.at(tensor->name);
    if (want.coordinates != have.coordinates && deviation.passed()) {
      deviation.first_mismatch = fmt::format("{}: expected {} entries, found {} or others",
                                             tensor->name, want.entries(), have.entries());
      continue;
    }
    const double mean = mean_magnitude(want);
    for (size_t i = 0; i < want.values.size(); ++i) {
      const double scale = std::max({std::abs(want.values[i]), mean, 1e-300});
      const double error = std::abs(have.values[i] - want.values[i]) / scale;
      // Written so that NaN fails.
      if (!(error <= deviation.tolerance) && deviation.passed()) {
        deviation.first_mismatch = fmt::format("{}[{}]: expected {}, found {}", tensor->name, i,
                                               want.values[i], have.values[i]);
      }
      deviation.max_rel_error = std::max(deviation.max_rel_error, error);
    }
  }
  return deviation;
}

}  // namespace weft::einsum
