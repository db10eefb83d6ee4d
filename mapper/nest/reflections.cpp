// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/reflections.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/einsum/operand.h"
#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

using ir::Expression;
using Kind = ir::Expression::Kind;

namespace {

/// The factors of a product.
void collect_factors(const Expression& e, std::vector<const Expression*>& factors) {
  if (e.kind != Kind::Multiply) return factors.push_back(&e);
  for (const Expression& operand : e.operands) collect_factors(operand, factors);
}

bool is_name(const Expression& e, const std::string& name) {
  return e.kind == Kind::Name && e.name == name;
}

class ReflectionFinder {
 public:
  ReflectionFinder(const ir::Kernel& kernel, const ir::Repeat& repeat, std::string& why)
      : kernel_(kernel), repeat_(repeat), why_(why) {}

  std::optional<Reflections> find() {
    found_.repeat = repeat_.index.text;
    const auto count = kernel_.extent(found_.repeat);
    if (repeat_.statements.size() != 2 || !count)
      return no("expected a repeat of two statements, a product and an update");
    found_.count = *count;
    found_.dot = repeat_.statements[0].text;
    found_.axpy = repeat_.statements[1].text;
    if (!read_dot() || !read_axpy() || !check_subscripts() || !check_tensors()) return std::nullopt;
    return found_;
  }

 private:
  std::optional<Reflections> no(const std::string& why) {
    why_ = why;
    return std::nullopt;
  }
  bool fails(const std::string& why) {
    why_ = why;
    return false;
  }

  /// s[j,c] += V[j,i] * X[j,c,i]: the vector is the factor of two subscripts that the update has
  /// too.
  bool read_dot() {
    const ir::Statement& dot = *kernel_.find_statement(found_.dot);
    const ir::Statement& axpy = *kernel_.find_statement(found_.axpy);
    std::vector<const Expression*> factors;
    collect_factors(dot.value, factors);
    const bool product = dot.combine == ir::Combine::Add && factors.size() == 2 &&
                         factors[0]->kind == Kind::Access && factors[1]->kind == Kind::Access;
    if (product && factors[0]->name == axpy.target.name) std::swap(factors[0], factors[1]);
    if (!product || factors[1]->name != axpy.target.name || factors[0]->name == axpy.target.name) {
      return fails(
          fmt::format("{} is no product of a vector with the state: {}", found_.dot, dot.text()));
    }
    found_.state = axpy.target.name;
    found_.vectors = factors[0]->name;
    found_.products = dot.target.name;
    vector_ = factors[0];
    state_ = factors[1];
    product_ = &dot.target;
    return true;
  }

  /// X[j+1,c,i] = X[j,c,i] - b * V[j,i] * s[j,c].
  bool read_axpy() {
    const ir::Statement& axpy = *kernel_.find_statement(found_.axpy);
    found_.target = axpy.target;
    const std::string form =
        fmt::format("{} does not take a multiple of {}*{} from {}: {}", found_.axpy,
                    vector_->text(), product_->text(), state_->text(), axpy.text());
    const bool difference = axpy.combine == ir::Combine::Assign &&
                            axpy.value.kind == Kind::Subtract &&
                            axpy.value.operands[0].text() == state_->text();
    if (!difference) return fails(form);
    std::vector<const Expression*> factors;
    collect_factors(axpy.value.operands[1], factors);
    for (const std::string& part : {vector_->text(), product_->text()}) {
      const auto at = std::ranges::find_if(
          factors, [&](const Expression* factor) { return factor->text() == part; });
      if (at == factors.end()) return fails(form);
      factors.erase(at);
    }
    found_.factor = ir::number_expression(1);
    for (size_t i = 0; i < factors.size(); ++i) {
      if (!chosen_by_step(*factors[i])) {
        return fails(
            fmt::format("the factor {} differs between elements of one step", factors[i]->text()));
      }
      found_.factor = i == 0 ? *factors[i] : join(Kind::Multiply, found_.factor, *factors[i]);
    }
    return true;
  }

  /// Whether a factor is the same for all elements that a step updates, and none of them.
  bool chosen_by_step(const Expression& factor) const {
    bool right = true;
    ir::for_each_expression(factor, [&](const Expression& e) {
      if (e.kind == Kind::Access)
        right = right && e.name != found_.state && e.name != found_.products;
      if (e.kind == Kind::Name && kernel_.find_index(e.name) != nullptr)
        right = right && e.name == found_.repeat;
    });
    return right;
  }

  bool check_subscripts() {
    const bool vector = vector_->operands.size() == 2 &&
                        is_name(vector_->operands[0], found_.repeat) &&
                        vector_->operands[1].kind == Kind::Name &&
                        kernel_.extent(vector_->operands[1].name).has_value();
    if (!vector)
      return fails(fmt::format("{} is not a vector of step '{}'", vector_->text(), found_.repeat));
    found_.along = vector_->operands[1].name;
    for (size_t i = 1; i < product_->operands.size(); ++i) {
      if (product_->operands[i].kind == Kind::Name)
        found_.columns.push_back(product_->operands[i].name);
    }
    std::vector<std::string> wanted = found_.columns;
    wanted.push_back(found_.along);
    std::vector<std::string> had;
    for (size_t i = 1; i < state_->operands.size(); ++i) {
      if (state_->operands[i].text() != found_.target.operands[i].text())
        return fails(fmt::format("{} is read elsewhere than it is written", found_.state));
      if (state_->operands[i].kind == Kind::Name) had.push_back(state_->operands[i].name);
    }
    std::ranges::sort(wanted);
    std::ranges::sort(had);
    const bool steps = steps_ahead(found_.target.operands[0], found_.repeat) == 1 &&
                       steps_ahead(state_->operands[0], found_.repeat) == 0 &&
                       is_name(product_->operands[0], found_.repeat);
    if (steps && wanted == had && had.size() + 1 == state_->operands.size()) return true;
    return fails(fmt::format("expected {}[{}, the indices of {} and '{}']", found_.state,
                             found_.repeat, found_.products, found_.along));
  }

  /// Only the last product is kept of the state, and all are dense.
  bool check_tensors() {
    for (const std::string& name : {found_.state, found_.products, found_.vectors}) {
      const ir::Tensor& tensor = *kernel_.find_tensor(name);
      if (!einsum::is_full(tensor) || tensor.levels.size() != tensor.dims.size())
        return fails(fmt::format("{} must be dense", name));
    }
    const ir::Tensor& state = *kernel_.find_tensor(found_.state);
    if (state.levels[0].type == ir::LevelType::Gen) return true;
    return fails(fmt::format("{} keeps every step, and blocks leave the last alone; say gen({})",
                             found_.state, state.dims[0].name));
  }

  const ir::Kernel& kernel_;
  const ir::Repeat& repeat_;
  std::string& why_;
  Reflections found_;
  const Expression* vector_ = nullptr;
  const Expression* state_ = nullptr;
  const Expression* product_ = nullptr;
};

}  // namespace

std::optional<Reflections> find_reflections(const ir::Kernel& kernel, std::string& why) {
  why = "no repeat";
  for (const ir::Repeat& repeat : kernel.repeats) {
    if (auto found = ReflectionFinder(kernel, repeat, why).find()) return found;
  }
  return std::nullopt;
}

}  // namespace weft::mapper
