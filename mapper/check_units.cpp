// SPDX-License-Identifier: Apache-2.0
#include "mapper/check_units.h"

#include <fmt/format.h>

#include "base/quantity.h"
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
    if (plan.rows == program::Assignment::Dynamic && !target_.units.queue_engine) {
      lack(plan.lines.balance, "balance: token or dynamic", "a queue engine",
           "queue_engine.enabled: false", "static");
    }
    if (!target_.units.collective_engine) {
      ir::report(diagnostics_, plan.lines.statement,
                 "the threads of a sparse product meet at barriers, and the machine lacks a "
                 "collective engine (collective_engine.enabled: false)");
    }
  }

  /// All tensors are dealt out alike, in the machine's default pieces.
  void check(const ir::TensorName& tensor, const ir::Placement& placement) {
    if (placement.interleave && placement.interleave->bytes == target_.interleave_bytes) return;
    const std::string pieces =
        base::format_quantity(static_cast<double>(target_.interleave_bytes), base::Unit::Bytes);
    ir::report(diagnostics_, placement.where,
               fmt::format("place of {}: expected interleave({}), the way in which the fabric "
                           "deals out all tensors (memory.interleave.default_bytes), found {}",
                           tensor.text, pieces, placement.text()));
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

void check_units(const ir::Kernel& kernel, const SpgemmPlan& plan, const FabricTarget& target,
                 base::Diagnostics& diagnostics) {
  UnitChecker checker(target, diagnostics);
  checker.check(plan);
  for (const auto& tensor : kernel.bind.place.entries) {
    for (const auto& memory : tensor.value.entries) checker.check(tensor.key, memory.value);
  }
}

}  // namespace weft::mapper
