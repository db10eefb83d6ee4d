// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower_spgemm.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "kernels/ir/evaluate.h"
#include "kernels/ir/loops.h"
#include "kernels/ir/report.h"
#include "mapper/check_units.h"
#include "mapper/compile/emit.h"
#include "mapper/program_words.h"
#include "mapper/read_places.h"

namespace weft::mapper {

namespace {

constexpr const char* kRowWiseSum = "Z[m,n] += A[m,k]*B[k,n]";
constexpr const char* kOuterProducts = "P[m,k,n] = A[m,k]*B[k,n]";
/// A value and a bit of the bitmap.
constexpr uint64_t kDenseBitsPerColumn = 65;

constexpr const char* kOuterMerge = "Z[m,n] += P[m,k,n]";

bool is_row_wise(const ir::Kernel& kernel) {
  return kernel.statements.size() == 1 && kernel.statements[0].text() == kRowWiseSum;
}

bool is_outer(const ir::Kernel& kernel) {
  return kernel.statements.size() == 2 && kernel.statements[0].text() == kOuterProducts &&
         kernel.statements[1].text() == kOuterMerge;
}

bool is_compressed(const ir::Kernel& kernel, const char* name) {
  const ir::Tensor* tensor = kernel.find_tensor(name);
  return tensor != nullptr && std::ranges::any_of(tensor->levels, [](const ir::Level& level) {
           return level.type == ir::LevelType::Compressed;
         });
}

/// Reads the words of one statement into the plan.
class PlanReader {
 public:
  PlanReader(const ir::Kernel& kernel, const FabricUnits& units, SpgemmPlan& plan,
             base::Diagnostics& diagnostics)
      : kernel_(kernel), units_(units), plan_(plan), diagnostics_(diagnostics) {}

  void read_sum() {
    const ir::Statement& first = kernel_.statements.front();
    const bool outer = is_outer(kernel_);
    if (!outer && !is_row_wise(kernel_)) {
      ir::report(
          diagnostics_, first.where,
          fmt::format(
              "the fabric's compiler knows the sparse product {}, alone or as {} and {}; found {}",
              kRowWiseSum, kOuterProducts, kOuterMerge, first.text()));
      return;
    }
    plan_.lines.statement = first.where;
    if (outer) plan_.lines.merge_statement = kernel_.statements[1].where;
    const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, first);
    read_order(first, schedule, outer);
    read_balance(schedule);
    read_holds(schedule);
    read_accumulator(outer ? ir::effective_schedule(kernel_, kernel_.statements[1]) : schedule);
    read_meetings(schedule);
    find_places(schedule);
    for (const ir::TensorName& tensor : kernel_.bind.cache) {
      plan_.cache_a |= tensor.text == "A";
      plan_.cache_b |= tensor.text == "B";
    }
  }

 private:
  void report(const base::Location& where, const std::string& message) {
    ir::report(diagnostics_, where, message);
  }

  void read_order(const ir::Statement& statement, const ir::StatementSchedule& schedule,
                  bool outer) {
    const std::string walked = ir::walked_indices(kernel_, statement, schedule);
    if (walked == "mkn" && !outer) {
      plan_.dataflow = Dataflow::RowWise;
    } else if (walked == "kmn" && outer) {
      plan_.dataflow = Dataflow::Outer;
    } else if (walked == "mnk" && !outer) {
      plan_.dataflow = Dataflow::Inner;
    } else {
      report(schedule.order.where, fmt::format("the fabric walks the sparse product row by row (m, "
                                               "k, n), as outer products (k, m, n into P) "
                                               "or as inner products (m, n, k); found ({})",
                                               fmt::join(walked, ", ")));
    }
    for (const auto& tile : schedule.tiles.entries) {
      if (tile.key.text != "m0") continue;
      if (const auto rows = ir::evaluate_point(tile.value.value().expression, kernel_.bindings()))
        plan_.rows_per_group = *rows;
    }
    if (!schedule.window.empty()) {
      plan_.windows = true;
      plan_.lines.window = schedule.window.entries.front().key.where;
    }
  }

  void read_balance(const ir::StatementSchedule& schedule) {
    plan_.rows = program::Assignment::RoundRobin;
    for (const auto& loop : schedule.balance.loops.entries) {
      const bool is_static = loop.value.value() == ir::BalanceKind::Static;
      plan_.rows = is_static ? program::Assignment::RoundRobin : program::Assignment::Dynamic;
      plan_.lines.balance = loop.key.where;
    }
    if (schedule.balance.grain.given()) plan_.grain = schedule.balance.grain.value();
  }

  void read_holds(const ir::StatementSchedule& schedule) {
    for (const auto& hold : schedule.hold.entries) {
      const bool engine = units_.dma && units_.dma_copy;
      const bool falls_back =
          hold.value.via.value() == ir::Transfer::Dma && !engine && hold.value.fallback.has_value();
      const ir::Transfer via = falls_back ? *hold.value.fallback : hold.value.via.value();
      Staging staging;
      staging.dma = via == ir::Transfer::Dma;
      staging.buffers = static_cast<unsigned>(hold.value.buf.value());
      if (hold.key.text == "A") {
        plan_.a = staging;
        plan_.lines.hold_a = hold.key.where;
      } else if (hold.key.text == "B") {
        plan_.b = staging;
        plan_.lines.hold_b = hold.key.where;
      }
      if (via != ir::Transfer::Dma && via != ir::Transfer::Load) {
        report(hold.value.via.where, "the fabric moves tensors by load or dma");
      }
      if (staging.buffers > 2)
        report(hold.value.buf.where, "the fabric's threads use one or two buffers");
    }
  }

  /// Where products or coordinates meet outside of an accumulator.
  void read_meetings(const ir::StatementSchedule& schedule) {
    if (!schedule.append.empty()) {
      plan_.lines.append = schedule.append.entries.front().key.where;
    }
    if (!schedule.coiter.empty()) {
      plan_.lines.coiterate = schedule.coiter.entries.front().key.where;
    }
  }

  /// Steps whose word is not in the document are put down to what makes them necessary: rows are
  /// dealt out because loops run side by side, products are counted to size the accumulator, and
  /// everything else serves the statement.
  void find_places(const ir::StatementSchedule& schedule) {
    PlanLines& lines = plan_.lines;
    const auto fall_back = [](base::Location& place, const base::Location& to) {
      if (place.line == 0) place = to;
    };
    if (!schedule.par.empty()) fall_back(lines.balance, schedule.par.entries.front().key.where);
    fall_back(lines.window, lines.accumulate);
    for (base::Location* place : {&lines.balance, &lines.window, &lines.hold_a, &lines.hold_b,
                                  &lines.accumulate, &lines.append, &lines.coiterate}) {
      fall_back(*place, lines.statement);
    }
  }

  void read_accumulator(const ir::StatementSchedule& schedule) {
    const ir::Accum* accum = schedule.accum.find("Z");
    if (accum == nullptr) {
      report(kernel_.where, "the schedule says nothing about the accumulator of Z (accum)");
      return;
    }
    plan_.lines.accumulate = schedule.accum.find_entry("Z")->key.where;
    switch (accum->kind.value()) {
      case ir::AccumKind::Hash:
        plan_.accumulator = program::AccumulatorKind::Hash;
        break;
      case ir::AccumKind::Dense:
        plan_.accumulator = program::AccumulatorKind::Dense;
        break;
      case ir::AccumKind::Heap:
        plan_.accumulator = program::AccumulatorKind::Merge;
        break;
      case ir::AccumKind::Scalar:
        plan_.accumulator = program::AccumulatorKind::Scalar;
        break;
      case ir::AccumKind::Sort:
        report(accum->kind.where,
               "the fabric has no sorting accumulator; use hash with sort: true");
    }
    if (plan_.accumulator == program::AccumulatorKind::Hash) read_table(*accum);
    if (plan_.accumulator == program::AccumulatorKind::Dense && accum->width) {
      const auto width = ir::evaluate_point(accum->width->expression, width_bindings());
      if (width) plan_.slots = static_cast<uint64_t>(*width);
    }
    if (accum->ways.given()) plan_.merge_ways = static_cast<unsigned>(accum->ways.value());
    // Merges leave rows sorted and size them by their bound; inner products are sized by it too.
    const bool gathers = plan_.accumulator == program::AccumulatorKind::Hash ||
                         plan_.accumulator == program::AccumulatorKind::Dense;
    plan_.sort = gathers && accum->sort.value() == ir::SortOutput::True;
    plan_.symbolic = gathers && accum->size.value() == ir::SizeRule::Symbolic;
  }

  /// An accumulator's width may name an index, which stands for its extent.
  ir::Bindings width_bindings() const {
    ir::Bindings bindings = kernel_.bindings();
    for (const ir::Index& index : kernel_.indices) {
      if (const auto extent = kernel_.extent(index.name)) bindings.bind(index.name, *extent);
    }
    return bindings;
  }

  void read_table(const ir::Accum& accum) {
    plan_.slots = static_cast<uint64_t>(accum.slots.value());
    plan_.load_factor = accum.load_factor;
    plan_.tables = static_cast<unsigned>(accum.buf.value());
    plan_.bits = program_bits(accum.bits.value());
    const bool offsets = accum.table.value() == ir::TableForm::TagOffset;
    plan_.layout = offsets ? program::TableLayout::TagOffset : program::TableLayout::TagData;
    const ir::Writeback writeback = accum.writeback.value();
    plan_.dma_writeback = writeback != ir::Writeback::Threads;
    if (plan_.windows && accum.merge.value() != ir::Merge::Atomic) {
      report(accum.merge.where,
             "threads that share a window's table merge by atomics; found private");
    }
    if (!offsets && plan_.dma_writeback) {
      report(accum.writeback.where,
             "the DMA engine writes back values that lie in DRAM (table: tag_offset); a tag_data "
             "table is emptied by "
             "threads");
    }
    if (writeback == ir::Writeback::Dma && plan_.tables > 1) {
      report(
          accum.buf.where,
          "a second table (buf: 2) is filled while dma_async writes the first one back; found dma");
    }
    if (plan_.tables > 2) report(accum.buf.where, "a window has one or two tables");
  }

  const ir::Kernel& kernel_;
  const FabricUnits& units_;
  SpgemmPlan& plan_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

bool is_sparse_product(const ir::Kernel& kernel) {
  const bool operands = is_compressed(kernel, "A") && is_compressed(kernel, "B");
  return operands && is_compressed(kernel, "Z") && (is_row_wise(kernel) || is_outer(kernel));
}

SpgemmPlan lower_spgemm(const ir::Kernel& kernel, const FabricTarget& target,
                        base::Diagnostics& diagnostics) {
  SpgemmPlan plan;
  PlanReader(kernel, target.units, plan, diagnostics).read_sum();
  read_places(kernel, target, plan, diagnostics);
  check_units(plan, target, diagnostics);
  if (plan.accumulator == program::AccumulatorKind::Dense) {
    const uint64_t buffers = (plan.a.dma ? plan.a.buffers : 0) + (plan.b.dma ? plan.b.buffers : 0);
    const uint64_t reserved = private_overhead_bytes(target, buffers);
    const uint64_t left = target.scratchpad_bytes - std::min(reserved, target.scratchpad_bytes);
    const uint64_t columns = left / target.threads_per_core * 8 / kDenseBitsPerColumn / 64 * 64;
    plan.slots = std::min(plan.slots, columns);
  }
  return plan;
}

OperandFormats operand_formats(const ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  OperandFormats formats;
  for (const char* name : {"A", "B"}) {
    const ir::Tensor* tensor = kernel.find_tensor(name);
    if (tensor == nullptr || tensor->levels.size() != 2 ||
        tensor->levels[0].type != ir::LevelType::Dense ||
        tensor->levels[1].type != ir::LevelType::Compressed) {
      ir::report(diagnostics, tensor == nullptr ? kernel.where : tensor->levels_where,
                 fmt::format("the fabric's compiler reads {} by rows or columns of compressed "
                             "entries (csr or csc)",
                             name));
      continue;
    }
    const bool by_columns = tensor->levels[0].coordinate.text() == tensor->dims[1].name;
    (name[0] == 'A' ? formats.a_by_columns : formats.b_by_columns) = by_columns;
  }
  return formats;
}

}  // namespace weft::mapper
