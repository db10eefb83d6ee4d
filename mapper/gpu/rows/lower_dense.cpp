// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/lower_dense.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "kernels/ir/evaluate.h"
#include "kernels/ir/loops.h"
#include "kernels/ir/report.h"
#include "mapper/gpu/warp.h"

namespace weft::mapper {

namespace {

constexpr int64_t kWidestTile = 512;
constexpr int64_t kMostEntries = 32;

/// The size of the inner loop `name`, where the document says one; its first choice where it leaves
/// several.
std::optional<int64_t> tile_of(const ir::Kernel& kernel, const ir::StatementSchedule& schedule,
                               std::string_view name) {
  for (const auto& tile : schedule.tiles.entries) {
    if (tile.key.text != name) continue;
    if (tile.value.options.empty()) break;
    return ir::evaluate_point(tile.value.options.front().expression, kernel.bindings());
  }
  return std::nullopt;
}

bool is_name(const ir::Level& level) {
  return level.coordinate.kind == ir::Expression::Kind::Name;
}

bool is_plain(const ir::Level& level) {
  return level.type == ir::LevelType::Dense && is_name(level);
}

/// CSR: the rows in place, the columns of each sorted.
bool is_by_rows(const ir::Tensor& tensor) {
  if (tensor.levels.size() != 2 || tensor.dims.size() != 2) return false;
  const ir::Level& columns = tensor.levels[1];
  return is_plain(tensor.levels[0]) && tensor.levels[0].coordinate.name == tensor.dims[0].name &&
         columns.type == ir::LevelType::Compressed && is_name(columns);
}

}  // namespace

RowKernel row_kernel_of(const ir::Kernel& kernel) {
  if (kernel.statements.size() != 1) return RowKernel::None;
  const std::string text = kernel.statements.front().text();
  if (text == "Z[m,n] += A[m,k]*B[k,n]") return RowKernel::Spgemm;
  if (text == "Y[m,n] += A[m,k]*X[k,n]") return RowKernel::Spmm;
  if (text == "y[m] += A[m,k]*x[k]") return RowKernel::Spmv;
  if (text == "Z[m,n] += S[m,n]*A[m,k]*B[n,k]") return RowKernel::Sddmm;
  return RowKernel::None;
}

bool is_row_kernel(const ir::Kernel& kernel) {
  const RowKernel kind = row_kernel_of(kernel);
  return kind != RowKernel::None && std::ranges::all_of(kernel.tensors, [&](const auto& tensor) {
           const bool dense = std::ranges::all_of(
               tensor.levels, [](const ir::Level& level) { return is_plain(level); });
           if (dense && kind != RowKernel::Spgemm) return tensor.dtype == ir::Dtype::F32;
           return is_by_rows(tensor);
         });
}

DenseRowsPlan lower_dense_rows(const ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  const ir::Statement& statement = kernel.statements.front();
  const ir::StatementSchedule schedule = ir::effective_schedule(kernel, statement);
  const auto report = [&](const std::string& message) {
    ir::report(diagnostics, statement.where, message);
  };
  switch (row_kernel_of(kernel)) {
    case RowKernel::Spmm: {
      SpmmPlan plan;
      plan.tile_columns = tile_of(kernel, schedule, "n0").value_or(plan.tile_columns);
      if (plan.tile_columns % kLanes != 0 || plan.tile_columns < kLanes ||
          plan.tile_columns > kWidestTile) {
        report(fmt::format("a warp takes a tile of {} to {} columns in steps of {}; found {}",
                           kLanes, kWidestTile, kLanes, plan.tile_columns));
      }
      return plan;
    }
    case RowKernel::Spmv: {
      SpmvPlan plan;
      plan.by_entries = !schedule.fuse.empty();
      plan.entries_per_thread = tile_of(kernel, schedule, "p0").value_or(plan.entries_per_thread);
      if (plan.entries_per_thread < 1 || plan.entries_per_thread > kMostEntries) {
        report(fmt::format("a thread takes 1 to {} entries; found {}", kMostEntries,
                           plan.entries_per_thread));
      }
      return plan;
    }
    case RowKernel::Sddmm:
      return SddmmPlan{};
    default:
      report(fmt::format("expected a sparse matrix met with dense operands, found {}",
                         statement.text()));
      return SpmmPlan{};
  }
}

}  // namespace weft::mapper
