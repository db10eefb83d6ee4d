// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/product_form.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/dense/linear_access.h"

namespace weft::native {

namespace {

[[noreturn]] void refuse(const ir::Statement& statement, const std::string& found) {
  throw base::UserError(
      fmt::format("{}:{}: statement {}: expected a batch of products of two matrices for a native "
                  "run, found {}",
                  statement.where.file, statement.where.line, statement.name, found));
}

void enter(Axis& place, const Axis& axis, const ir::Statement& statement, const char* what) {
  if (!place.index.empty()) {
    refuse(statement, fmt::format("two indices for {}: {} and {}", what, place.index, axis.index));
  }
  place = axis;
}

/// Every combination of the values of the batch's indices.
std::vector<PerRole> all_products(const PerRole& base, const std::vector<Axis>& axes) {
  std::vector<PerRole> products = {base};
  for (const Axis& axis : axes) {
    std::vector<PerRole> more;
    more.reserve(products.size() * static_cast<size_t>(axis.extent));
    for (PerRole at : products) {
      for (int64_t i = 0; i < axis.extent; ++i) {
        more.push_back(at);
        for (const Role role : kRoles) at.of(role) += axis.step.of(role);
      }
    }
    products = std::move(more);
  }
  return products;
}

bool is_structured(const ir::Kernel& kernel, const std::string& tensor) {
  return std::ranges::any_of(kernel.find_tensor(tensor)->levels, [](const ir::Level& level) {
    return level.type == ir::LevelType::Nm;
  });
}

/// Exchanges A and B: the transposed product.
void transpose(ProductForm& form) {
  std::swap(form.a, form.b);
  std::swap(form.m, form.n);
  for (Axis* axis : {&form.m, &form.n, &form.k}) std::swap(axis->step.a, axis->step.b);
  for (PerRole& at : form.batch) std::swap(at.a, at.b);
}

std::vector<Axis> axes_of(const ir::Kernel& kernel, const ir::Statement& statement, PerRole& base) {
  const std::vector<std::string> names = kernel.indices_of(statement);
  const dense::LinearAccess c = dense::linear_access(kernel, statement.target, names);
  const dense::LinearAccess a = dense::linear_access(kernel, statement.value.operands[0], names);
  const dense::LinearAccess b = dense::linear_access(kernel, statement.value.operands[1], names);
  base = {c.base, a.base, b.base};
  std::vector<Axis> axes;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::optional<int64_t> extent = kernel.extent(names[i]);
    if (!extent) refuse(statement, fmt::format("the extent of {} to depend on another", names[i]));
    axes.push_back({names[i], *extent, {c.strides[i], a.strides[i], b.strides[i]}});
  }
  return axes;
}

bool uses_index(const ir::Kernel& kernel, const ir::Expression& expression) {
  bool found = false;
  ir::for_each_expression(expression, [&](const ir::Expression& part) {
    found |= kernel.find_index(part.name) != nullptr;
  });
  return found;
}

/// Sums of indices times numbers.
bool is_affine(const ir::Kernel& kernel, const ir::Expression& expression) {
  using Kind = ir::Expression::Kind;
  const auto& operands = expression.operands;
  const auto affine = [&](const ir::Expression& part) { return is_affine(kernel, part); };
  const auto varies = [&](const ir::Expression& part) { return uses_index(kernel, part); };
  if (!uses_index(kernel, expression) || expression.kind == Kind::Name) return true;
  const bool sum = expression.kind == Kind::Add || expression.kind == Kind::Subtract;
  const bool scaled =
      expression.kind == Kind::Multiply && std::ranges::count_if(operands, varies) == 1;
  return (sum || scaled) && std::ranges::all_of(operands, affine);
}

void refuse_other_forms(const ir::Kernel& kernel, const ir::Statement& statement) {
  using Kind = ir::Expression::Kind;
  const auto is_access = [&](const ir::Expression& expression) {
    return expression.kind == Kind::Access &&
           std::ranges::all_of(expression.operands,
                               [&](const auto& subscript) { return is_affine(kernel, subscript); });
  };
  const bool product = statement.combine == ir::Combine::Add &&
                       statement.value.kind == Kind::Multiply && is_access(statement.target) &&
                       std::ranges::all_of(statement.value.operands, is_access);
  if (!product) refuse(statement, statement.text());
  if (kernel.repeat_of(statement.name) != nullptr) refuse(statement, "a repeat");
}

/// The 2:4 form is that of a matrix by rows.
void refuse_other_24(const ProductForm& form, const ir::Statement& statement) {
  constexpr int64_t kGroup = 4;
  if (form.k.extent % kGroup != 0) {
    refuse(statement, fmt::format("a 2:4 tensor {} with rows of {}, which is no multiple of {}",
                                  form.a, form.k.extent, kGroup));
  }
  if (form.batch.size() != 1 || form.k.step.a != 1 || form.m.step.a != form.k.extent)
    refuse(statement, fmt::format("a 2:4 tensor {} that is no single matrix", form.a));
}

}  // namespace

ProductForm product_form(const ir::Kernel& kernel, const ir::Statement& statement) {
  refuse_other_forms(kernel, statement);
  ProductForm form;
  form.c = statement.target.name;
  form.a = statement.value.operands[0].name;
  form.b = statement.value.operands[1].name;
  PerRole base;
  std::vector<Axis> batch;
  for (const Axis& axis : axes_of(kernel, statement, base)) {
    const bool in_c = axis.step.c != 0, in_a = axis.step.a != 0, in_b = axis.step.b != 0;
    if (in_c && in_a && in_b) {
      batch.push_back(axis);
    } else if (in_c) {
      enter(in_a ? form.m : form.n, axis, statement, in_a ? "the rows" : "the columns");
    } else {
      enter(form.k, axis, statement, "the sum");
    }
  }
  form.batch = all_products(base, batch);
  const bool rows_are_closer =
      form.n.index.empty() || (!form.m.index.empty() && form.m.step.c < form.n.step.c);
  if (rows_are_closer) transpose(form);
  form.structured_a = is_structured(kernel, form.a);
  if (is_structured(kernel, form.b)) refuse(statement, "columns along the rows of a 2:4 tensor");
  if (form.structured_a) refuse_other_24(form, statement);
  return form;
}

std::string token_index(const std::vector<ProductForm>& chain) {
  const auto is_free = [](const ProductForm& form, const std::string& index) {
    return form.m.index == index || form.n.index == index;
  };
  for (const Axis* axis : {&chain.front().n, &chain.front().m}) {
    const auto everywhere = [&](const ProductForm& form) { return is_free(form, axis->index); };
    if (!axis->index.empty() && std::ranges::all_of(chain, everywhere)) return axis->index;
  }
  return {};
}

}  // namespace weft::native
