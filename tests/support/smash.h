// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/result.h"
#include "kernels/tensor/csr.h"
#include "kernels/tensor/verify.h"
#include "mapper/compile/emit.h"
#include "sim/core/core_model.h"

namespace weft::tests {

/// The schedule of SMASH's version 1, 2 or 3, with a table of `slots`. V1 deals rows to threads in
/// turn and keeps neighbouring columns together; V2 hands rows out on demand and spreads columns;
/// V3 keeps values in memory and moves operands and results by DMA.
inline mapper::SpgemmPlan smash_plan(int version, uint64_t slots) {
  mapper::SpgemmPlan plan;
  plan.windows = true;
  plan.slots = slots;
  plan.rows = program::Assignment::RoundRobin;
  plan.bits = program::HashBits::High;
  if (version >= 2) {
    plan.rows = program::Assignment::Dynamic;
    plan.bits = program::HashBits::Low;
  }
  if (version >= 3) {
    plan.layout = program::TableLayout::TagOffset;
    plan.tables = 2;
    plan.dma_writeback = true;
    plan.b = {.dma = true, .buffers = 2};
  }
  return plan;
}

/// C = A * B compiled for the threads of `core`. The matrices stay the caller's.
class Smash {
 public:
  Smash(int version, const tensor::CsrMatrix& a, const tensor::CsrMatrix& b, uint64_t slots,
        const sim::CoreParameters& core)
      : operands_(mapper::count_operands(a, b)) {
    mapper::FabricTarget target;
    target.threads_per_core = core.pipelines * core.threads_per_pipeline;
    target.scratchpad_bytes = core.scratchpad.bytes;
    kernel_ = mapper::compile_spgemm(smash_plan(version, slots), target, operands_);
  }

  const program::Program& program() const { return kernel_.program; }

  /// Compares a run's result with A * B computed on the host.
  tensor::VerifyReport verify(program::SparseResult& result) const {
    result.index_rows(operands_.a.rows);
    return tensor::verify_product(operands_.a, operands_.b, [&](int64_t row) {
      thread_local std::vector<int32_t> columns;
      thread_local std::vector<double> values;
      result.row_entries(row, columns, values);
      return tensor::ProductRow{columns, values};
    });
  }

 private:
  mapper::SpgemmOperands operands_;
  mapper::CompiledKernel kernel_;
};

}  // namespace weft::tests
