// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/contraction_form.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::mapper {

namespace {

using Kind = ir::Expression::Kind;

bool mentions(const ir::Expression& expression, std::string_view name) {
  bool found = false;
  ir::for_each_expression(expression, [&](const ir::Expression& each) {
    found |= each.kind == Kind::Name && each.name == name;
  });
  return found;
}

bool mentions_index(const ir::Kernel& kernel, const ir::Expression& expression) {
  return std::ranges::any_of(
      kernel.indices, [&](const ir::Index& index) { return mentions(expression, index.name); });
}

/// Whether an expression is a sum of indices times constants.
bool is_affine(const ir::Kernel& kernel, const ir::Expression& e) {
  if (!mentions_index(kernel, e) || e.kind == Kind::Name) return true;
  const auto all = [&] {
    return std::ranges::all_of(e.operands, [&](const auto& o) { return is_affine(kernel, o); });
  };
  if (e.kind == Kind::Add || e.kind == Kind::Subtract || e.kind == Kind::Negate) return all();
  if (e.kind != Kind::Multiply) return false;
  return all() && !(mentions_index(kernel, e.operands[0]) && mentions_index(kernel, e.operands[1]));
}

/// The levels that tile kernels can read: all coordinates in place, or N of every M of them.
bool is_regular(const ir::Tensor& tensor) {
  return std::ranges::all_of(tensor.levels, [](const ir::Level& level) {
    return level.type == ir::LevelType::Dense || level.type == ir::LevelType::Nm;
  });
}

class FormReader {
 public:
  FormReader(const ir::Kernel& kernel, const ir::Statement& statement,
             base::Diagnostics& diagnostics)
      : kernel_(kernel), statement_(statement), diagnostics_(diagnostics) {}

  std::optional<ContractionForm> read() {
    const ir::Expression& value = statement_.value;
    const bool product = statement_.combine == ir::Combine::Add && value.kind == Kind::Multiply &&
                         value.operands[0].kind == Kind::Access &&
                         value.operands[1].kind == Kind::Access;
    if (!product || kernel_.repeat_of(statement_.name) != nullptr) {
      tell(statement_.where,
           "the SM array's compiler knows sums of products of two tensors, "
           "C[...] += A[...] * B[...]");
      return std::nullopt;
    }
    form_.statement = &statement_;
    form_.a = &value.operands[0];
    form_.b = &value.operands[1];
    form_.c = &statement_.target;
    for (const ir::Expression* access : {form_.a, form_.b, form_.c}) check_access(*access);
    const ir::Tensor& second = *kernel_.find_tensor(form_.b->name);
    if (structured_level(second) != nullptr) std::swap(form_.a, form_.b);
    for (const std::string& index : kernel_.indices_of(statement_)) classify(index);
    return failed_ ? std::nullopt : std::optional(form_);
  }

 private:
  void tell(const base::Location& where, const std::string& why) {
    failed_ = true;
    ir::report(diagnostics_, where,
               fmt::format("{}; found {}: {}", why, statement_.name, statement_.text()));
  }

  void check_access(const ir::Expression& access) {
    for (const ir::Expression& subscript : access.operands) {
      if (is_affine(kernel_, subscript)) continue;
      tell(subscript.where, fmt::format("the SM array's compiler knows affine subscripts, not '{}'",
                                        subscript.text()));
    }
    const ir::Tensor& tensor = *kernel_.find_tensor(access.name);
    if (is_regular(tensor)) return;
    tell(
        tensor.levels_where,
        fmt::format("tiles of {} need dense levels, with N:M innermost at most; give blocks a rank "
                    "of their own, as in kernel blockdiag",
                    tensor.name));
  }

  void classify(const std::string& index) {
    const bool in_a = mentions(*form_.a, index);
    const bool in_b = mentions(*form_.b, index);
    const bool in_c = mentions(*form_.c, index);
    const auto add = [&](IndexRole role) {
      form_.indices[static_cast<size_t>(role)].push_back(index);
    };
    if (in_a && in_b) {
      add(in_c ? IndexRole::Batch : IndexRole::K);
    } else if (in_c && (in_a || in_b)) {
      add(in_a ? IndexRole::M : IndexRole::N);
    } else {
      tell(
          statement_.where,
          fmt::format("index {} must be in both operands, or in the result and an operand", index));
    }
  }

  const ir::Kernel& kernel_;
  const ir::Statement& statement_;
  base::Diagnostics& diagnostics_;
  ContractionForm form_;
  bool failed_ = false;
};

}  // namespace

IndexRole ContractionForm::role_of(std::string_view index) const {
  for (size_t role = 0; role < kIndexRoles; ++role) {
    if (std::ranges::count(indices[role], index) > 0) return static_cast<IndexRole>(role);
  }
  base::internal_failure(__FILE__, __LINE__, "an index that the statement does not have");
}

std::optional<ContractionForm> contraction_form(const ir::Kernel& kernel,
                                                const ir::Statement& statement,
                                                base::Diagnostics& diagnostics) {
  return FormReader(kernel, statement, diagnostics).read();
}

const ir::Level* structured_level(const ir::Tensor& tensor) {
  const auto found = std::ranges::find(tensor.levels, ir::LevelType::Nm, &ir::Level::type);
  return found == tensor.levels.end() ? nullptr : &*found;
}

}  // namespace weft::mapper
