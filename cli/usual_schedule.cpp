// SPDX-License-Identifier: Apache-2.0
#include "cli/usual_schedule.h"

#include <algorithm>

#include "cli/documents.h"
#include "kernels/ir/library.h"
#include "mapper/lower_spgemm.h"

namespace weft::cli {

namespace {

constexpr const char* kUsualProduct = "spgemm_row_hash";

bool says_nothing(const ir::Schedule& schedule) {
  const auto empty = [](const auto& entry) { return entry.value == ir::StatementSchedule{}; };
  return schedule.all == ir::StatementSchedule{} &&
         std::ranges::all_of(schedule.statements.entries, empty);
}

}  // namespace

void use_usual_schedule(ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  const bool alone = kernel.statements.size() == 1 && mapper::is_sparse_product(kernel);
  if (!alone || !says_nothing(kernel.schedule)) return;
  ir::Schedule usual = ir::load_kernel(kUsualProduct, kernel_folders(), diagnostics).schedule;
  if (usual.statements.empty()) return;
  usual.statements.entries.front().key.text = kernel.statements.front().name;
  kernel.schedule = std::move(usual);
}

}  // namespace weft::cli
