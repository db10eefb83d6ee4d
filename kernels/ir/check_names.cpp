// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernels/ir/check.h"
#include "kernels/ir/context.h"
#include "kernels/ir/loops.h"

namespace weft::ir {

namespace {

using Kind = Expression::Kind;

/// The names that may stand in one part of a document.
struct Scope {
  std::vector<std::string> loops;
  std::vector<std::string> indices;  // and loops
  std::vector<std::string> split;    // indices and fused loops
  std::vector<std::string> tensors;
  std::vector<std::string> statements;  // and the other keys beside them
  std::vector<std::string> formula;     // parameters, indices, loops, sizes of the machine

  void add(const Kernel& kernel, const Statement& statement) {
    const StatementSchedule schedule = effective_schedule(kernel, statement);
    for (const Loop& loop : loops_of(kernel, statement, schedule)) loops.push_back(loop.name);
    split = kernel.indices_of(statement);
    indices.insert(indices.end(), split.begin(), split.end());
    for (const auto& fuse : schedule.fuse.entries) split.push_back(fuse.key.text);
    indices.insert(indices.end(), loops.begin(), loops.end());
    for (const std::string& tensor : kernel.inputs_of(statement)) tensors.push_back(tensor);
    tensors.push_back(statement.target.name);
  }
};

/// Sizes of the machine that a tile may be a share of.
const std::vector<std::string>& machine_sizes() {
  static const std::vector<std::string> names = {"cores", "threads", "lanes", "warps"};
  return names;
}

const std::vector<std::string>& tensor_properties() {
  static const std::vector<std::string> names = {"nnz", "flops", "prod"};
  return names;
}

class NameChecker {
 public:
  NameChecker(const Kernel& kernel, base::Diagnostics& diagnostics)
      : kernel_(kernel), diagnostics_(diagnostics) {
    base_.statements = {"all", "fuse_at", "rewrite"};
    for (const Statement& statement : kernel.statements) {
      base_.statements.push_back(statement.name);
    }
    base_.formula = machine_sizes();
    for (const Param& param : kernel.params) base_.formula.push_back(param.name);
    for (const Index& index : kernel.indices) base_.formula.push_back(index.name);
    whole_ = base_;
    for (const Statement& statement : kernel.statements) whole_.add(kernel, statement);
    for (const Tensor& tensor : kernel.tensors) whole_.tensors.push_back(tensor.name);
    whole_.split = whole_.indices;
    close(whole_);
  }

  void check() {
    const Schedule& schedule = kernel_.schedule;
    walk_in(whole_, schedule.all, {"schedule", "all", {}, {}});
    for (const auto& entry : schedule.statements.entries) {
      name(whole_, entry.key, {"schedule", {}, {}, {}});
      const Statement* statement = kernel_.find_statement(entry.key.text);
      if (statement == nullptr) continue;
      Scope scope = base_;
      scope.add(kernel_, *statement);
      close(scope);
      walk_in(scope, entry.value, {"schedule", entry.key.text, {}, {}});
    }
    walk_in(whole_, schedule.fuse_at, {"fuse_at", {}, {}, {}});
    walk_in(whole_, kernel_.bind, {"bind", {}, {}, {}});
  }

 private:
  /// What a formula may name, once the loops are known.
  static void close(Scope& scope) {
    scope.formula.insert(scope.formula.end(), scope.loops.begin(), scope.loops.end());
  }

  template <class T>
  void walk_in(const Scope& scope, const T& value, const Context& context) {
    walk(value, context, [&](const auto& leaf, const Context& place) {
      using Leaf = std::remove_cvref_t<decltype(leaf)>;
      if constexpr (NameValue<Leaf>) {
        name(scope, leaf, place);
      } else if constexpr (std::same_as<Leaf, Formula>) {
        formula(scope, leaf.expression, place);
      } else if constexpr (std::same_as<Leaf, Exchange>) {
        if (leaf.condition) formula(scope, *leaf.condition, place);
      } else if constexpr (std::same_as<Leaf, Placement>) {
        if (leaf.by_index()) known("index", leaf.index, leaf.where, place, scope.indices);
      }
    });
  }

  template <NameValue N>
  void name(const Scope& scope, const N& value, const Context& context) {
    if constexpr (std::same_as<N, LoopName>) {
      known("loop", value.text, value.where, context, scope.loops);
    } else if constexpr (std::same_as<N, IndexName>) {
      known("index", value.text, value.where, context, scope.indices);
    } else if constexpr (std::same_as<N, SplitName>) {
      known("index", value.text, value.where, context, scope.split);
    } else if constexpr (std::same_as<N, TensorName>) {
      known("tensor", value.text, value.where, context, scope.tensors);
    } else if constexpr (std::same_as<N, StatementName>) {
      known("key", value.text, value.where, context, scope.statements);
    } else if constexpr (std::same_as<N, RoleName>) {
      known("role", value.text, value.where, context, all_roles());
    }
  }

  void known(std::string_view kind, const std::string& word, const base::Location& where,
             const Context& context, const std::vector<std::string>& names) {
    const bool unread = word.empty();  // a defect that is reported already
    if (unread || contains(names, word)) return;
    report_unknown(diagnostics_, where, kind, word, context.text(), names);
  }

  /// Sizes: parameters, indices, shares of the machine, and properties of tensors such as nnz(A);
  /// where values are carried, tensors themselves.
  void formula(const Scope& scope, const Expression& expression, const Context& context) {
    if (expression.kind == Kind::Call) {
      known("property", expression.name, expression.where, context, tensor_properties());
      for (const Expression& operand : expression.operands) tensor(scope, operand, context);
      return;
    }
    if (expression.kind == Kind::Access) tensor(scope, expression, context);
    const bool carried = context.word == "scan";
    if (expression.kind == Kind::Name && !(carried && contains(scope.tensors, expression.name))) {
      known(carried ? "tensor" : "name", expression.name, expression.where, context,
            carried ? scope.tensors : scope.formula);
    }
    for (const Expression& operand : expression.operands) formula(scope, operand, context);
  }

  void tensor(const Scope& scope, const Expression& expression, const Context& context) {
    known("tensor", expression.name, expression.where, context, scope.tensors);
  }

  const Kernel& kernel_;
  base::Diagnostics& diagnostics_;
  Scope base_;
  Scope whole_;
};

}  // namespace

void check_names(const Kernel& kernel, base::Diagnostics& diagnostics) {
  NameChecker(kernel, diagnostics).check();
}

}  // namespace weft::ir
