// SPDX-License-Identifier: Apache-2.0
#include "mapper/check_units.h"

#include <fmt/format.h>

#include "kernels/ir/report.h"

namespace weft::mapper {

namespace {

class UnitChecker {
 public:
  UnitChecker(const FabricTarget& target, base::Diagnostics& diagnostics)
      : target_(target), diagnostics_(diagnostics) {}

  void check(const SpgemmPlan& plan) {
    if (plan.a.dma) check_dma(plan.lines.hold_a, "hold A: via: dma");
    if (plan.b.dma) check_dma(plan.lines.hold_b, "hold B: via: dma");
    if (plan.dma_writeback) check_dma(plan.lines.accumulate, "accum Z: writeback: dma");
    if (plan.place_z.by_rows() && !target_.units.queue_engine) {
      lack(plan.lines.place_z, "place of Z by its rows", "a queue engine",
           "queue_engine.enabled: false", "interleave");
    } else if (plan.rows == program::Assignment::Dynamic && !target_.units.queue_engine) {
      lack(plan.lines.balance, "balance: token or dynamic", "a queue engine",
           "queue_engine.enabled: false", "static");
    }
    if (!target_.units.collective_engine) {
      ir::report(diagnostics_, plan.lines.statement,
                 "the threads of a sparse product meet at barriers, and the machine lacks a "
                 "collective engine (collective_engine.enabled: false)");
    }
  }

 private:
  void check_dma(const base::Location& where, const char* word) {
    if (!target_.units.dma) {
      lack(where, word, "a DMA engine", "dma.engines_per_core: 0", "load or threads");
    } else if (!target_.units.dma_copy) {
      lack(where, word, "the operation copy", "dma.operations", "load or threads");
    }
  }

  void lack(const base::Location& where, const char* word, const char* unit, const char* setting,
            const char* instead) {
    ir::report(diagnostics_, where,
               fmt::format("{} needs {}, which the machine lacks ({}); expected {}", word, unit,
                           setting, instead));
  }

  const FabricTarget& target_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_units(const SpgemmPlan& plan, const FabricTarget& target,
                 base::Diagnostics& diagnostics) {
  UnitChecker(target, diagnostics).check(plan);
}

}  // namespace weft::mapper
