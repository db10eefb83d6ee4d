// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/plan_accesses.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace weft::mapper {

using program::Form;
using program::ValueStep;
using Kind = ir::Expression::Kind;

namespace {

class AccessPlanner {
 public:
  AccessPlanner(NestKernel& nest, NestStatementPlan& plan, einsum::Names& names,
                base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), names_(names), diagnostics_(diagnostics) {}

  void run() {
    names_.gather = [this](const ir::Expression& access) { return gather(access); };
    plan_.id = static_cast<int32_t>(nest_.nest.statements.size());
    body_.name = plan_.statement->name;
    body_.target = add(plan_.statement->target, true);
    add_value(plan_.statement->value);
    body_.combine = static_cast<program::NestCombine>(plan_.statement->combine);
    count_arithmetic();
    nest_.nest.statements.push_back(std::move(body_));
  }

 private:
  Form gather(const ir::Expression& access) {
    const ir::Tensor& tensor = *nest_.kernel->find_tensor(access.name);
    if (!einsum::is_full(tensor)) {
      ir::report(diagnostics_, access.where,
                 fmt::format("index array {} must be dense", tensor.name));
      return {};
    }
    const einsum::StoredTensor& stored = nest_.stored->at(access.name);
    const int32_t id = nest_.tensor_ids.at(access.name);
    nest_.nest.space.set_array(id, stored.values.data());
    Form position;
    for (size_t dim = 0; dim < access.operands.size(); ++dim)
      position = program::scaled(position, stored.shape[dim]) + subscript(access, dim);
    return nest_.nest.space.gather(id, position, {0, INT32_MAX});
  }

  Form subscript(const ir::Expression& access, size_t dim) {
    return einsum::index_form(*nest_.kernel, access.operands[dim], names_, nest_.nest.space);
  }

  int32_t add(const ir::Expression& expression, bool target) {
    AccessPlan access;
    access.expression = &expression;
    access.tensor = nest_.kernel->find_tensor(expression.name);
    access.target = target;
    access.id = static_cast<int32_t>(nest_.nest.accesses.size());
    program::NestAccess made;
    made.tensor = nest_.tensor_ids.at(expression.name);
    einsum::Names dims;
    for (size_t dim = 0; dim < access.tensor->dims.size(); ++dim)
      dims.forms[access.tensor->dims[dim].name] = subscript(expression, dim);
    if (!diagnostics_.empty()) return 0;
    resolve_levels(access, made, dims);
    made.gathers = nest_.nest.space.gathers(made.position);
    nest_.nest.accesses.push_back(std::move(made));
    plan_.accesses.push_back(std::move(access));
    return plan_.accesses.back().id;
  }

  /// A dense level adds to the position; a sparse one begins a new position, which a loop finds.
  void resolve_levels(AccessPlan& access, program::NestAccess& made, const einsum::Names& dims) {
    const einsum::StoredTensor& stored = nest_.stored->at(access.tensor->name);
    Form position;
    for (size_t i = 0; i < stored.levels.size(); ++i) {
      AccessPlan::Level level;
      level.coordinate = einsum::index_form(*nest_.kernel, access.tensor->levels[i].coordinate,
                                            dims, nest_.nest.space);
      level.parent = position;
      if (stored.levels[i].type == ir::LevelType::Dense) {
        level.depth = depth_of(level.coordinate);
        position = program::scaled(position, stored.levels[i].extent) + level.coordinate;
      } else {
        level.depth = std::max({0, depth_of(level.coordinate), depth_of(position)});
        level.result = nest_.nest.space.add_variable(
            {-1, std::max<int64_t>(0, stored.levels[i].positions - 1)});
        known_at_.emplace_back(level.result, level.depth);
        made.positions.push_back(level.result);
        position = program::variable_form(level.result);
      }
      access.levels.push_back(level);
    }
    made.position = position;
  }

  int depth_of(const Form& form) const {
    int depth = -1;
    for (size_t i = 0; i < plan_.loops.size(); ++i) {
      if (nest_.nest.space.depends_on(form, plan_.loops[i].variable)) depth = static_cast<int>(i);
    }
    for (const auto& [variable, at] : known_at_) {
      if (nest_.nest.space.depends_on(form, variable)) depth = std::max(depth, at);
    }
    return depth;
  }

  void add_value(const ir::Expression& e) {
    ValueStep step;
    if (e.kind == Kind::Number) {
      step.number = e.number;
    } else if (e.kind == Kind::Access) {
      step.kind = ValueStep::Kind::Access;
      step.access = add(e, false);
      body_.reads.push_back(step.access);
    } else if (e.kind == Kind::Name) {
      const ir::Param* param = nest_.kernel->find_param(e.name);
      if (param != nullptr) {
        step.number = static_cast<double>(param->value);
      } else {
        step.kind = ValueStep::Kind::Index;
        step.index = names_.forms.at(e.name);
      }
    } else {
      for (const ir::Expression& operand : e.operands) add_value(operand);
      step.kind = operation(e.kind);
    }
    body_.value.push_back(std::move(step));
  }

  static ValueStep::Kind operation(Kind kind) {
    switch (kind) {
      case Kind::Add:
        return ValueStep::Kind::Add;
      case Kind::Subtract:
        return ValueStep::Kind::Subtract;
      case Kind::Multiply:
        return ValueStep::Kind::Multiply;
      case Kind::Divide:
        return ValueStep::Kind::Divide;
      default:
        return ValueStep::Kind::Negate;
    }
  }

  /// A sum's last multiplication is fused with its addition.
  void count_arithmetic() {
    const program::NestSlots& slots = nest_.target.slots;
    unsigned multiplies = 0;
    unsigned others = 0;
    for (const ValueStep& step : body_.value) {
      multiplies += step.kind == ValueStep::Kind::Multiply ? 1 : 0;
      others += step.kind == ValueStep::Kind::Divide ? slots.divide : 0;
      const bool adds = step.kind == ValueStep::Kind::Add ||
                        step.kind == ValueStep::Kind::Subtract ||
                        step.kind == ValueStep::Kind::Negate;
      others += adds ? slots.multiply : 0;
    }
    const bool fused = plan_.statement->combine == ir::Combine::Add && multiplies > 0;
    const unsigned combine = plan_.statement->combine == ir::Combine::Assign ? 0 : slots.combine;
    body_.arithmetic_slots =
        static_cast<uint16_t>(others + (fused ? (multiplies - 1) * slots.multiply + slots.fma
                                              : multiplies * slots.multiply + combine));
    body_.products = std::max(1U, multiplies);
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  einsum::Names& names_;
  base::Diagnostics& diagnostics_;
  program::NestStatement body_;
  std::vector<std::pair<int32_t, int>> known_at_;  // position variables and their depths
};

}  // namespace

void plan_accesses(NestKernel& nest, NestStatementPlan& plan, einsum::Names& names,
                   base::Diagnostics& diagnostics) {
  AccessPlanner(nest, plan, names, diagnostics).run();
}

}  // namespace weft::mapper
