// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/yaml.h"
#include "kernels/einsum/evaluate.h"
#include "kernels/ir/read_kernel.h"
#include "mapper/nest/compile_nest.h"
#include "mapper/nest/fill_nest.h"
#include "sim/core/core_model.h"
#include "sim/core/run_state.h"
#include "sim/memory/memory_model.h"

namespace weft::tests {

/// A kernel from its text, named k.yaml in messages; what is wrong with it goes to `diagnostics`.
inline ir::Kernel nest_kernel(const std::string& text, base::Diagnostics& diagnostics) {
  return ir::read_kernel(base::read_yaml_text(text, "k.yaml", diagnostics), diagnostics);
}

/// Two cores of eight threads, small enough that loops do not divide evenly.
inline mapper::NestTarget small_target() {
  mapper::NestTarget target;
  target.cores = 2;
  target.threads_per_core = 8;
  target.scratchpad_bytes = 1 << 20;
  return target;
}

/// What a kernel did on bare cores, without SystemC.
struct NestRun {
  std::vector<std::string> messages;  // why it was not run
  bool finished = false;
  uint64_t cycles = 0;
  uint64_t products = 0;
  uint64_t thread_cycles = 0;  // threads x cycles
  uint64_t cause_cycles = 0;   // all causes of all threads
  uint64_t source_cycles = 0;  // all sources
  uint64_t source_bytes = 0;
  uint64_t dma_bytes = 0;
  uint64_t memory_bytes = 0;      // read and written, by threads and engines
  uint64_t compulsory_bytes = 0;  // that every mapping must move
  einsum::Operands results;
  einsum::Deviation deviation;  // from the direct evaluation
};

class NestPort : public sim::MemoryPort {
 public:
  uint64_t access(uint64_t cycle, sim::AccessKind kind, uint64_t address, uint32_t bytes) override {
    bytes_ += bytes;
    return (memory_.access(cycle * 1000, kind, address, bytes) + 999) / 1000;
  }

  uint64_t bytes() const { return bytes_; }

 private:
  sim::FlatMemory memory_{90000, 5.7, 8};
  uint64_t bytes_ = 0;
};

/// Runs every core to its end; true where all threads halted.
inline bool run_cores(std::deque<sim::CoreModel>& cores, bool& woken) {
  constexpr uint64_t kQuantum = 512;
  uint64_t until = kQuantum;
  for (bool working = true; working;) {
    woken = false;
    uint64_t next = sim::kNever;
    for (sim::CoreModel& core : cores) next = std::min(next, core.run_until(until));
    working = woken || next != sim::kNever;
    if (next != sim::kNever) until = std::max(until, next) + kQuantum;
  }
  return std::ranges::all_of(cores, [](const auto& core) { return core.halted(); });
}

inline void execute(const program::Program& program, const mapper::NestTarget& target,
                    NestRun& run) {
  NestPort memory;
  sim::CoreParameters parameters;
  parameters.pipelines = 4;
  parameters.threads_per_pipeline = static_cast<unsigned>(target.threads_per_core) / 4;
  sim::RunState state(program, static_cast<unsigned>(target.cores), 32);
  bool woken = false;
  std::deque<sim::CoreModel> cores;
  for (unsigned i = 0; i < static_cast<unsigned>(target.cores); ++i) {
    cores.emplace_back(parameters, i, memory, [&](uint64_t) { woken = true; });
    state.models.push_back(&cores.back());
  }
  for (sim::CoreModel& core : cores) core.load(state);
  run.finished = run_cores(cores, woken);
  run.memory_bytes = memory.bytes();
  for (const sim::CoreModel& core : cores) run.cycles = std::max(run.cycles, core.finished_at());
  for (sim::CoreModel& core : cores) {
    core.close(run.cycles);
    const sim::CoreCounters counters = core.counters();
    run.products += counters.products;
    run.dma_bytes += core.dma().bytes();
    for (const uint64_t cycles : counters.threads) run.cause_cycles += cycles;
    for (const sim::SourceCounters& source : counters.sources) {
      for (const uint64_t cycles : source.causes) run.source_cycles += cycles;
      run.source_bytes += source.memory_bytes;
    }
  }
  run.thread_cycles = run.cycles * static_cast<uint64_t>(target.cores * target.threads_per_core);
}

/// The operands of a kernel; those not given are random, with about `per_fiber` entries in each
/// fiber of a sparse one.
inline einsum::Operands with_random(const ir::Kernel& kernel, einsum::Operands operands,
                                    double per_fiber = 4) {
  for (const ir::Tensor* tensor : einsum::initial_tensors(kernel)) {
    if (!operands.contains(tensor->name))
      operands[tensor->name] = einsum::random_operand(kernel, *tensor, per_fiber);
  }
  return operands;
}

/// Keeps what a kernel left in its tensors, and how far that is from the direct evaluation; why it
/// was not run where there are messages.
template <class Run>
void record_results(Run& run, const ir::Kernel& kernel, const einsum::Operands& operands,
                    const mapper::NestTensors& tensors, const base::Diagnostics& diagnostics) {
  run.messages = diagnostics.messages();
  if (!run.messages.empty()) return;
  run.results = tensors.results();
  run.compulsory_bytes = tensors.compulsory_bytes();
  einsum::Operands expected = operands;
  einsum::evaluate(kernel, expected);
  run.deviation = einsum::compare(kernel, einsum::result_tensors(kernel), run.results, expected);
}

/// Fills, compiles and runs a kernel on operands; those not given are random.
inline NestRun run_nest(ir::Kernel kernel, einsum::Operands operands = {},
                        const mapper::NestTarget& target = small_target()) {
  NestRun run;
  base::Diagnostics diagnostics;
  operands = with_random(kernel, std::move(operands));
  mapper::NestTensors tensors(kernel, operands, diagnostics);
  if (diagnostics.empty()) mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  if (diagnostics.empty()) {
    const mapper::CompiledNest compiled(kernel, target, tensors, diagnostics);
    if (diagnostics.empty()) execute(compiled.program(), target, run);
  }
  record_results(run, kernel, operands, tensors, diagnostics);
  return run;
}

inline NestRun run_nest(const std::string& text, einsum::Operands operands = {},
                        const mapper::NestTarget& target = small_target()) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = nest_kernel(text, diagnostics);
  if (!diagnostics.empty()) {
    NestRun run;
    run.messages = diagnostics.messages();
    return run;
  }
  return run_nest(std::move(kernel), std::move(operands), target);
}

/// A run that gave what the direct evaluation gives, and whose cycles are accounted for by causes
/// and by lines.
inline void expect_plain_result(const NestRun& run) {
  EXPECT_EQ(run.messages, std::vector<std::string>());
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.deviation.first_mismatch, "");
  EXPECT_EQ(run.cause_cycles, run.thread_cycles);
  EXPECT_EQ(run.source_cycles, run.cause_cycles);
}

}  // namespace weft::tests
