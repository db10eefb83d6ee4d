// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/lower_rows.h"

#include <algorithm>
#include <bit>
#include <filesystem>

#include <fmt/format.h>

#include "kernels/ir/holes.h"
#include "kernels/ir/loops.h"
#include "kernels/ir/report.h"
#include "mapper/program_words.h"
#include "sim/machine/sm_limits.h"

namespace weft::mapper {

namespace {

constexpr const char* kRowWiseSum = "Z[m,n] += A[m,k]*B[k,n]";
constexpr int64_t kSlotBytes = 12;  // a column and a value
/// The largest table that fits what a block gets without asking for more.
constexpr int64_t kUsualSlots = 4096;
constexpr int64_t kFewestSlots = 256;
constexpr int64_t kUsualRows = 64;
/// The share of a table that libraries let fill up; a document's own limit may be lower.
constexpr double kUsualLoad = 2.0 / 3;

/// Reads the words of the statement into the plan.
class PlanReader {
 public:
  PlanReader(const ir::Kernel& kernel, const machine::GpuDescription& gpu,
             base::Diagnostics& diagnostics)
      : kernel_(kernel), gpu_(gpu), diagnostics_(diagnostics) {}

  RowSpgemmPlan read() {
    const ir::Statement& statement = kernel_.statements.front();
    if (kernel_.statements.size() != 1 || statement.text() != kRowWiseSum) {
      report(statement.where,
             fmt::format("a GPU computes the sparse product {} row by row; found {}", kRowWiseSum,
                         statement.text()));
      return plan_;
    }
    const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, statement);
    plan_.rows = plan_.bins = plan_.sums = source_at(schedule.order.where, "order");
    const std::string walked = ir::walked_indices(kernel_, statement, schedule);
    if (walked != "mkn") {
      report(schedule.order.where,
             fmt::format("a GPU walks the sparse product row by row (m, k, n); found ({})",
                         fmt::join(walked, ", ")));
    }
    if (!schedule.window.empty()) {
      report(schedule.window.entries.front().key.where,
             "a GPU has no tables that rows of several blocks share (window); leave it out");
    }
    for (const auto& loop : schedule.balance.loops.entries) {
      if (loop.value.value() == ir::BalanceKind::Static) plan_.binned = false;
      plan_.bins = source_at(loop.key.where, "balance");
    }
    const ir::Accum* accum = schedule.accum.find("Z");
    if (accum == nullptr) {
      report(kernel_.where, "the schedule says nothing about the accumulator of Z (accum)");
    } else {
      plan_.sums = source_at(schedule.accum.find_entry("Z")->key.where, "accum");
      read_accumulator(*accum);
    }
    return plan_;
  }

 private:
  program::Source source_at(const base::Location& where, const char* word) const {
    const std::string file = std::filesystem::path(where.file).filename().string();
    return {file, where.line, kernel_.statements.front().name, "", word};
  }

  template <class Origin>
  void report(const Origin& where, const std::string& message) {
    ir::report(diagnostics_, where, message);
  }

  void read_accumulator(const ir::Accum& accum) {
    if (accum.kind.value() == ir::AccumKind::Hash) {
      read_table(accum);
    } else if (accum.kind.value() == ir::AccumKind::Dense) {
      plan_.dense = true;
    } else {
      report(accum.kind.where, "a GPU sums rows of Z in hash or dense accumulators");
    }
    plan_.symbolic = accum.size.value() == ir::SizeRule::Symbolic;
    if (accum.sort.value() == ir::SortOutput::False) plan_.sort = RowSort::None;
  }

  void read_table(const ir::Accum& accum) {
    plan_.largest_slots = accum.slots.fixed() ? accum.slots.value() : kUsualSlots;
    if (plan_.largest_slots < kFewestSlots ||
        !std::has_single_bit(static_cast<uint64_t>(plan_.largest_slots))) {
      report(accum.slots.where,
             fmt::format("a table on a GPU has a power of two of slots, {} or more; found {}",
                         kFewestSlots, plan_.largest_slots));
    }
    const machine::SmLimits& limits =
        machine::sm_limits(machine::parse_compute_capability(gpu_.compute_capability).value());
    const int64_t most = std::max(limits.shared_bytes_opt_in, machine::kDefaultSharedBytesPerBlock);
    const int64_t need = plan_.largest_slots * kSlotBytes;
    if (need > most) {
      report(
          accum.slots.where,
          fmt::format("a table of {} slots needs {} bytes of shared memory, {} more than a block "
                      "of {} can have; use {} slots",
                      plan_.largest_slots, need, need - most, gpu_.name,
                      std::bit_floor(static_cast<uint64_t>(most / kSlotBytes))));
    }
    plan_.load_factor = std::min(accum.load_factor, kUsualLoad);
    plan_.bits = program_bits(accum.bits.value());
    plan_.sort = accum.sorter.value() == ir::Sorter::Rank ? RowSort::Rank : RowSort::Radix;
    if (!accum.spill.given() || accum.spill.value() == ir::Spill::Passes) {
      plan_.long_rows = LongRows::Windows;
    } else if (accum.spill.value() == ir::Spill::Global) {
      plan_.long_rows = LongRows::Global;
    } else {
      report(accum.spill.where,
             "on a GPU rows that fill a table go to passes or to a table in DRAM (global)");
    }
  }

  const ir::Kernel& kernel_;
  const machine::GpuDescription& gpu_;
  base::Diagnostics& diagnostics_;
  RowSpgemmPlan plan_;
};

}  // namespace

RowSpgemmPlan lower_row_spgemm(const ir::Kernel& kernel, const machine::GpuDescription& gpu,
                               base::Diagnostics& diagnostics) {
  return PlanReader(kernel, gpu, diagnostics).read();
}

void fill_row_spgemm(ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const ir::Hole& hole : ir::holes(kernel)) {
    std::string value;
    if (!hole.any && !hole.options.empty()) {
      value = hole.options.front();
    } else if (hole.path.ends_with(".accum.Z.slots")) {
      value = std::to_string(kUsualSlots);
    } else if (hole.path.find(".tiles.") != std::string::npos) {
      value = std::to_string(kUsualRows);
    } else {
      ir::report_open(kernel, hole, diagnostics);
      continue;
    }
    ir::fill_hole(kernel, hole.path, value, diagnostics);
  }
}

}  // namespace weft::mapper
