// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/plan_loops.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "kernels/ir/evaluate.h"
#include "kernels/ir/loops.h"

namespace weft::mapper {

using Kind = ir::Expression::Kind;

namespace {

int64_t divide_up(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}

/// Sizes of tiles: numbers, parameters, `threads`, `cores` and nnz(A).
class SizeReader {
 public:
  explicit SizeReader(const NestKernel& nest) : nest_(nest) {}

  std::optional<double> value(const ir::Expression& e) const {
    if (e.kind == Kind::Number) return e.number;
    if (e.kind == Kind::Name) return named(e.name);
    if (e.kind == Kind::Call) {
      const auto stored = nest_.stored->find(e.operands.empty() ? "" : e.operands[0].name);
      if (e.name != "nnz" || stored == nest_.stored->end()) return std::nullopt;
      return static_cast<double>(stored->second.values.size());
    }
    if (e.operands.size() != 2) return std::nullopt;
    const auto left = value(e.operands[0]);
    const auto right = value(e.operands[1]);
    if (!left || !right) return std::nullopt;
    switch (e.kind) {
      case Kind::Add:
        return *left + *right;
      case Kind::Subtract:
        return *left - *right;
      case Kind::Multiply:
        return *left * *right;
      case Kind::Divide:
        return std::floor(*left / std::max(1.0, *right));
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<double> named(const std::string& name) const {
    if (name == "threads")
      return static_cast<double>(nest_.target.threads_per_core * nest_.target.cores);
    if (name == "cores") return static_cast<double>(nest_.target.cores);
    const ir::Param* param = nest_.kernel->find_param(name);
    return param == nullptr ? std::nullopt : std::optional(static_cast<double>(param->value));
  }

  const NestKernel& nest_;
};

class LoopPlanner {
 public:
  LoopPlanner(NestKernel& nest, NestStatementPlan& plan, const NestStatementPlan* first,
              einsum::Names& names, base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), first_(first), names_(names), diagnostics_(diagnostics) {}

  void run() {
    const std::vector<ir::Loop> written =
        ir::loops_of(*nest_.kernel, *plan_.statement, plan_.schedule);
    for (const ir::LoopName& name : plan_.schedule.order.value())
      add_loop(*ir::find_loop(written, name.text), name);
    if (!diagnostics_.empty()) return;
    cut_for_formats();
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) make_variable(depth);
    if (!diagnostics_.empty()) return;
    name_indices();
    for (size_t depth = first_ == nullptr ? 0 : plan_.shared; depth < plan_.loops.size(); ++depth)
      bound_loop(depth);
  }

 private:
  void report(const base::Location& where, const std::string& message) {
    ir::report(diagnostics_, where, message);
  }

  /// The most values that an index takes, over all steps of a repeat.
  int64_t extent_of(const std::string& index) const {
    ir::Bindings bindings = nest_.kernel->bindings();
    for (const ir::Repeat& repeat : nest_.kernel->repeats) {
      if (const auto steps = nest_.kernel->extent(repeat.index.text))
        bindings.bind(repeat.index.text, ir::Interval{0, *steps - 1});
    }
    const auto extent = ir::evaluate(nest_.kernel->find_index(index)->extent, bindings);
    return extent ? extent->high : 1;
  }

  int64_t tile_of(const ir::Loop& loop, const std::string& piece, int64_t most) {
    const auto* tile = plan_.schedule.tiles.find(piece);
    if (tile == nullptr || !tile->fixed()) {
      report(plan_.statement->where,
             fmt::format("the size of loop '{}' of {} is open", piece, plan_.statement->name));
      return 1;
    }
    const auto size = SizeReader(nest_).value(tile->value().expression);
    if (!size) {
      report(tile->where,
             fmt::format("tile '{}' of {}: the fabric's compiler knows numbers, parameters, "
                         "threads, cores and nnz(TENSOR), found {}",
                         piece, loop.parent, tile->value().text()));
      return 1;
    }
    return std::clamp<int64_t>(std::llround(*size), 1, std::max<int64_t>(1, most));
  }

  void add_loop(const ir::Loop& loop, const ir::LoopName& name) {
    const bool fused = loop.indices.size() > 1;
    const int64_t whole = fused ? positions_of(loop) : extent_of(loop.indices[0]);
    LoopPlan plan;
    plan.name = loop.name;
    plan.index = fused ? loop.parent : loop.indices[0];
    plan.where = place_of(name);
    plan.extent = whole;
    const auto* unit = plan_.schedule.par.find(loop.name);
    plan.parallel = unit != nullptr && unit->fixed() && unit->value() != ir::Unit::Serial;
    const ir::Repeat* repeat = nest_.kernel->repeat_of(plan_.statement->name);
    plan.repeats = repeat != nullptr && plan.index == repeat->index.text;
    size_pieces(loop, whole, plan);
    if (!fused) {
      plan_.loops.push_back(plan);
      return;
    }
    const bool innermost = loop.pieces == 1 || loop.piece + 1 == loop.pieces;
    if (!innermost) {
      plan.chunk = true;
      plan_.loops.push_back(plan);
      return;
    }
    for (const std::string& index : loop.indices) {
      LoopPlan each = plan;
      each.name = each.index = index;
      each.weight = 1;
      each.extent = extent_of(index);
      each.parallel = false;
      plan_.loops.push_back(each);
    }
  }

  /// Where the document speaks of a loop: in `par`, else in an order that it has written itself.
  ir::Origin place_of(const ir::LoopName& name) const {
    for (const auto& entry : plan_.schedule.par.entries) {
      if (entry.key.text == name.text) return entry.key.where;
    }
    return name.where.file == plan_.statement->where.file ? name.where : plan_.statement->where;
  }

  /// Iterations and weight of one piece of a split.
  void size_pieces(const ir::Loop& loop, int64_t whole, LoopPlan& plan) {
    if (loop.pieces == 1) return;
    const auto* names = plan_.schedule.split.find(loop.parent);
    int64_t weight = 1;
    for (size_t piece = names->size(); piece-- > 0;) {
      const bool outermost = piece == 0;
      const int64_t size =
          outermost ? divide_up(whole, weight) : tile_of(loop, (*names)[piece].text, whole);
      if (static_cast<int>(piece) == loop.piece) {
        plan.weight = weight;
        plan.extent = std::min(size, divide_up(whole, weight));
        return;
      }
      weight *= size;
    }
  }

  /// Stored positions of the tensor whose indices are fused.
  int64_t positions_of(const ir::Loop& loop) {
    for (const std::string& name : nest_.kernel->inputs_of(*plan_.statement)) {
      const ir::Tensor& tensor = *nest_.kernel->find_tensor(name);
      if (einsum::is_full(tensor) || tensor.dims.size() != loop.indices.size()) continue;
      bool same = true;
      for (size_t dim = 0; dim < tensor.dims.size(); ++dim)
        same = same && tensor.dims[dim].name == loop.indices[dim];
      const bool plain = tensor.levels.size() == loop.indices.size();
      if (same && plain) return static_cast<int64_t>(nest_.stored->at(name).values.size());
    }
    report(plan_.statement->where,
           fmt::format("fuse of {}: no sparse operand has the dims [{}] with a level each",
                       loop.parent, fmt::join(loop.indices, ", ")));
    return 1;
  }

  /// The divisors of an index in the levels of the tensors that it is a subscript of.
  void collect_divisors(const ir::Expression& access, const std::string& index,
                        std::set<int64_t>& divisors) const {
    const ir::Tensor& tensor = *nest_.kernel->find_tensor(access.name);
    for (size_t dim = 0; dim < tensor.dims.size(); ++dim) {
      const ir::Expression& subscript = access.operands[dim];
      if (subscript.kind != Kind::Name || subscript.name != index) continue;
      for (const ir::Level& level : tensor.levels) {
        ir::for_each_expression(level.coordinate, [&](const ir::Expression& e) {
          const bool cuts = (e.kind == Kind::Divide || e.kind == Kind::Modulo) &&
                            e.operands[0].kind == Kind::Name &&
                            e.operands[0].name == tensor.dims[dim].name;
          if (!cuts) return;
          const auto by = ir::evaluate_point(e.operands[1], nest_.kernel->bindings());
          if (by && *by > 1) divisors.insert(*by);
        });
      }
    }
  }

  void cut_for_formats() {
    std::set<std::string> indices;
    for (const LoopPlan& loop : plan_.loops) indices.insert(loop.index);
    for (const std::string& index : indices) {
      std::set<int64_t> divisors;
      const auto visit = [&](const ir::Expression& e) {
        if (e.kind == Kind::Access) collect_divisors(e, index, divisors);
      };
      ir::for_each_expression(plan_.statement->target, visit);
      ir::for_each_expression(plan_.statement->value, visit);
      for (const int64_t divisor : divisors) cut(index, divisor);
    }
  }

  /// Whether the next loop is dealt to the same workers, so that all of this one belongs to the
  /// list.
  bool goes_on(size_t depth) const {
    if (depth + 1 == plan_.loops.size() || !plan_.loops[depth + 1].parallel) return false;
    const auto* own = plan_.schedule.par.find(plan_.loops[depth].name);
    const auto* next = plan_.schedule.par.find(plan_.loops[depth + 1].name);
    return own != nullptr && next != nullptr && *own == *next;
  }

  /// Takes the loop apart in which `divisor` falls between two pieces of an index.
  void cut(const std::string& index, int64_t divisor) {
    for (size_t depth = 0; depth < plan_.loops.size(); ++depth) {
      LoopPlan& loop = plan_.loops[depth];
      if (loop.index != index || loop.weight >= divisor || loop.weight * loop.extent <= divisor)
        continue;
      if (divisor % loop.weight != 0) {
        report(loop.where, fmt::format("loop '{}' steps by {}, which blocks of {} do not fit",
                                       loop.name, loop.weight, divisor));
        return;
      }
      LoopPlan inner = loop;
      inner.extent = divisor / loop.weight;
      inner.parallel = loop.parallel && goes_on(depth);
      loop.name += fmt::format("/{}", inner.extent);
      loop.extent = divide_up(loop.extent, inner.extent);
      loop.weight = divisor;
      plan_.loops.insert(plan_.loops.begin() + static_cast<std::ptrdiff_t>(depth) + 1, inner);
      return;
    }
  }

  /// A loop that statements share is dealt out as the first of them says; another may say the
  /// same or nothing.
  void share_units(LoopPlan& loop, const LoopPlan& other) {
    const auto* first = first_->schedule.par.find(other.name);
    const auto* own = plan_.schedule.par.find(loop.name);
    if (own == nullptr && first != nullptr) {
      plan_.schedule.par.entries.push_back({{loop.name, loop.where}, *first});
      loop.parallel = other.parallel;
    }
    if (loop.parallel == other.parallel) return;
    report(loop.where,
           fmt::format("loop '{}' of {} goes together with loop '{}' of {}, but one is "
                       "dealt out (par) and the other is not",
                       loop.name, plan_.statement->name, other.name, first_->statement->name));
  }

  void make_variable(size_t depth) {
    LoopPlan& loop = plan_.loops[depth];
    if (first_ != nullptr && depth < plan_.shared) {
      const LoopPlan& other = first_->loops[depth];
      share_units(loop, other);
      if (other.extent != loop.extent) {
        report(loop.where,
               fmt::format("loop '{}' of {} goes together with loop '{}' of {}, but has {} "
                           "iterations and not {}",
                           loop.name, plan_.statement->name, other.name, first_->statement->name,
                           loop.extent, other.extent));
      }
      loop.variable = other.variable;
      loop.id = other.id;
      return;
    }
    loop.variable = nest_.nest.space.add_variable({0, loop.extent - 1});
    loop.id = static_cast<int32_t>(nest_.nest.loops.size());
    program::NestLoop made;
    made.name = loop.name;
    made.variable = loop.variable;
    nest_.nest.loops.push_back(std::move(made));
  }

  void name_indices() {
    for (const LoopPlan& loop : plan_.loops) {
      if (loop.chunk) continue;
      program::Form& form = names_.forms[loop.index];
      form = form + program::scaled(program::variable_form(loop.variable), loop.weight);
    }
  }

  void bound_loop(size_t depth) {
    const LoopPlan& loop = plan_.loops[depth];
    program::NestLoop& made = nest_.nest.loops[static_cast<size_t>(loop.id)];
    made.extent = program::constant_form(loop.extent);
    made.weight = loop.weight;
    made.limit =
        loop.chunk ? program::constant_form(loop.extent * loop.weight)
                   : einsum::index_form(*nest_.kernel, nest_.kernel->find_index(loop.index)->extent,
                                        names_, nest_.nest.space);
    for (size_t outer = 0; outer < depth; ++outer) {
      const LoopPlan& other = plan_.loops[outer];
      if (other.index != loop.index || other.chunk != loop.chunk) continue;
      made.bound =
          made.bound + program::scaled(program::variable_form(other.variable), other.weight);
    }
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  const NestStatementPlan* first_;
  einsum::Names& names_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void plan_loops(NestKernel& nest, NestStatementPlan& plan, const NestStatementPlan* first,
                einsum::Names& names, base::Diagnostics& diagnostics) {
  LoopPlanner(nest, plan, first, names, diagnostics).run();
}

}  // namespace weft::mapper
