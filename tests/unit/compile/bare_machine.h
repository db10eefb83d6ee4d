// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "kernels/tensor/verify.h"
#include "mapper/compile/emit.h"
#include "sim/core/core_model.h"
#include "sim/core/run_state.h"
#include "sim/memory/memory_model.h"

namespace weft::tests {

/// Cores of one clock of 1 GHz on one flat memory, driven without SystemC.
struct BareMachine {
  unsigned cores = 1;
  unsigned pipelines = 4;
  unsigned threads_per_pipeline = 16;
  uint64_t quantum_cycles = 512;
  uint64_t scratchpad_bytes = 4u << 20;
  double gb_s = 5.7;

  mapper::FabricTarget target() const {
    mapper::FabricTarget target;
    target.cores = cores;
    target.threads_per_core = pipelines * threads_per_pipeline;
    target.scratchpad_bytes = scratchpad_bytes;
    return target;
  }
};

/// What one run gave.
struct BareRun {
  uint64_t cycles = 0;
  uint64_t products = 0;
  uint64_t moved_bytes = 0;
  uint64_t cause_cycles = 0;   // all causes of all multi-threaded threads
  uint64_t thread_cycles = 0;  // threads x cycles
  sim::CauseCycles causes{};
  uint64_t scratchpad_accesses = 0;
  uint64_t descriptors = 0;
  uint64_t probes = 0;
  std::vector<uint64_t> phase_begin;
  bool finished = false;  // every thread halted
  bool sorted = true;     // every row of C in the order of its columns
  tensor::VerifyReport report;
};

class FlatPort : public sim::MemoryPort {
 public:
  explicit FlatPort(double gb_s) : memory_(90000, gb_s, 8) {}
  uint64_t access(uint64_t cycle, sim::AccessKind kind, uint64_t address, uint32_t bytes) override {
    return (memory_.access(cycle * 1000, kind, address, bytes) + 999) / 1000;
  }
  sim::MemoryCounters counters() const { return memory_.counters(); }

 private:
  sim::FlatMemory memory_;
};

/// Runs all cores, a quantum at a time, until no core has work and none was woken by another; true
/// where every thread halted.
inline bool run_to_end(std::deque<sim::CoreModel>& cores, uint64_t quantum, bool& woken) {
  uint64_t until = quantum;
  for (bool working = true; working;) {
    woken = false;
    uint64_t next = sim::kNever;
    for (sim::CoreModel& core : cores) next = std::min(next, core.run_until(until));
    working = woken || next != sim::kNever;
    if (next != sim::kNever) until = std::max(until, next) + quantum;
  }
  return std::all_of(cores.begin(), cores.end(), [](const auto& core) { return core.halted(); });
}

inline void check_rows(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                       program::SparseResult& result, BareRun& run) {
  result.index_rows(a.rows);
  std::atomic<bool> sorted = true;
  run.report = tensor::verify_product(a, b, [&](int64_t row) {
    thread_local std::vector<int32_t> columns;
    thread_local std::vector<double> values;
    result.row_entries(row, columns, values);
    if (!std::is_sorted(columns.begin(), columns.end())) sorted = false;
    return tensor::ProductRow{columns, values};
  });
  run.sorted = sorted;
}

inline BareRun simulate(const BareMachine& machine, const mapper::SpgemmPlan& plan,
                        const tensor::CsrMatrix& a, const tensor::CsrMatrix& b) {
  const mapper::SpgemmOperands operands = mapper::count_operands(a, b);
  const mapper::CompiledKernel kernel = mapper::compile_spgemm(plan, machine.target(), operands);
  FlatPort memory(machine.gb_s);
  sim::CoreParameters parameters;
  parameters.pipelines = machine.pipelines;
  parameters.threads_per_pipeline = machine.threads_per_pipeline;
  sim::RunState state(kernel.program, machine.cores, 32);
  bool woken = false;
  std::deque<sim::CoreModel> cores;
  for (unsigned i = 0; i < machine.cores; ++i) {
    cores.emplace_back(parameters, i, memory, [&](uint64_t) { woken = true; });
    state.models.push_back(&cores.back());
  }
  for (sim::CoreModel& core : cores) core.load(state);
  BareRun run;
  run.finished = run_to_end(cores, machine.quantum_cycles, woken);
  for (const sim::CoreModel& core : cores) run.cycles = std::max(run.cycles, core.finished_at());
  for (sim::CoreModel& core : cores) {
    core.close(run.cycles);
    const sim::CoreCounters counters = core.counters();
    run.products += counters.products;
    run.probes += counters.probes;
    run.scratchpad_accesses += core.scratchpad().accesses();
    run.descriptors += core.dma().descriptors();
    for (size_t cause = 0; cause < sim::kCauses; ++cause) {
      run.causes[cause] += counters.threads[cause];
      run.cause_cycles += counters.threads[cause];
    }
  }
  run.thread_cycles = run.cycles * machine.cores * machine.pipelines * machine.threads_per_pipeline;
  run.moved_bytes = memory.counters().read_bytes + memory.counters().write_bytes;
  run.phase_begin = state.phase_begin;
  check_rows(a, b, state.result, run);
  return run;
}

}  // namespace weft::tests
