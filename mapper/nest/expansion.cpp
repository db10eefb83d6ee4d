// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/expansion.h"

#include "kernels/ir/loops.h"
#include "mapper/nest/expand_exchange.h"
#include "mapper/nest/expand_radix.h"
#include "mapper/nest/expand_scans.h"
#include "mapper/nest/expand_split_k.h"
#include "mapper/nest/rewrite_reflections.h"

namespace weft::mapper {

std::optional<Expansion> write_out(const ir::Kernel& kernel, base::Diagnostics& diagnostics) {
  Expansion expansion{kernel, {}, {}, {}};
  bool changed = rewrite_reflections(expansion, diagnostics);
  if (diagnostics.empty()) changed = expand_split_k(expansion, diagnostics) || changed;
  if (diagnostics.empty()) changed = expand_scans(expansion, diagnostics) || changed;
  if (diagnostics.empty()) changed = expand_exchange(expansion, diagnostics) || changed;
  if (diagnostics.empty()) changed = expand_radix(expansion, diagnostics) || changed;
  if (!changed) return std::nullopt;
  return expansion;
}

void give_own_words(ir::Kernel& kernel) {
  ir::Schedule schedule;
  schedule.fuse_at = kernel.schedule.fuse_at;
  schedule.rewrite = kernel.schedule.rewrite;
  for (const ir::Statement& statement : kernel.statements) {
    schedule.statements.entries.push_back(
        {{{statement.name, statement.where}}, ir::effective_schedule(kernel, statement)});
  }
  kernel.schedule = std::move(schedule);
}

}  // namespace weft::mapper
