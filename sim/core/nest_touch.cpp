// SPDX-License-Identifier: Apache-2.0
#include "sim/core/nest_touch.h"

namespace weft::sim {

using program::Residence;
using program::Share;

program::NestState& NestTouch::state() {
  if (step_.thread.nest == nullptr) {
    auto state = std::make_unique<program::NestState>();
    state->values.assign(nest_.space.size(), 0);
    state->loops.resize(nest_.loops.size());
    for (size_t i = 0; i < nest_.loops.size(); ++i)
      state->loops[i].cursors.resize(nest_.loops[i].drivers.size());
    state->task.assign(nest_.tasks.size(), 0);
    state->holds.resize(nest_.holds.size());
    step_.thread.nest = std::move(state);
  }
  return *step_.thread.nest;
}

NestTouch::OnBehalf::OnBehalf(Stepper& step, uint16_t source) : step_(step), before_(step.causes) {
  if (!step.thread.stall_on_use) step.causes = &step.core.sources_[source].causes;
}

void NestTouch::touch(Residence place, AccessKind kind, uint64_t address, uint32_t bytes,
                      uint16_t source) {
  touch_run(place, kind, address, 0, 1, bytes, source);
}

void NestTouch::touch_run(Residence place, AccessKind kind, uint64_t address, int64_t stride,
                          int64_t count, uint32_t bytes, uint16_t source) {
  if (place == Residence::Register || count == 0) return;
  if (place != Residence::Scratchpad) step_.issue(0);
  const OnBehalf account(step_, source);
  if (place == Residence::Scratchpad) {
    const uint64_t cycles =
        step_.core.scratchpad_.walk(static_cast<uint64_t>(count), kind == AccessKind::Atomic);
    step_.charge(Cause::Scratchpad, cycles);
    step_.now += cycles;
  }
  for (int64_t i = 0; place != Residence::Scratchpad && i < count; ++i) {
    const uint64_t at = address + static_cast<uint64_t>(i * stride);
    if (place == Residence::Cached && kind == AccessKind::Read) {
      const uint64_t done = step_.cache_done(at, source);
      const bool hit = done == step_.now + step_.core.parameters_.cache.hit_cycles;
      step_.wait_until(hit ? Cause::Cache : Cause::Memory, done);
    } else {
      step_.memory(kind, at, bytes, source);
    }
  }
}

void NestTouch::wait_for_dma(uint64_t cycle, uint16_t source) {
  step_.issue(slots().branch);
  const OnBehalf account(step_, source);
  step_.wait_until(Cause::Dma, cycle);
}

uint64_t NestTouch::fill(uint64_t address, uint64_t bytes, uint16_t source) {
  step_.core.sources_[source].memory_bytes += bytes;
  return step_.core.dma_.fill(step_.now, address, bytes);
}

uint64_t NestTouch::drain(uint64_t address, uint64_t bytes, uint16_t source) {
  step_.core.sources_[source].memory_bytes += bytes;
  return step_.core.dma_.transfer(step_.now, {.operation = DmaOperation::Copy,
                                              .source = {true, 0},
                                              .destination = {false, address},
                                              .element_bytes = 1,
                                              .count = bytes});
}

int64_t NestTouch::share_index(Share share) const {
  const auto& reg = step_.thread.reg;
  switch (share) {
    case Share::Machine:  // neighbours on different cores, so that few tasks keep all of them busy
      return reg[2].integer * (reg[1].integer / reg[3].integer) + reg[0].integer / reg[3].integer;
    case Share::Core:
      return reg[0].integer / reg[3].integer;
    case Share::CoreThreads:
      return reg[2].integer;
    default:
      return 0;
  }
}

int64_t NestTouch::share_count(Share share) const {
  const auto& reg = step_.thread.reg;
  switch (share) {
    case Share::Machine:
      return reg[1].integer;
    case Share::Core:
      return reg[1].integer / reg[3].integer;
    case Share::CoreThreads:
      return reg[3].integer;
    default:
      return 1;
  }
}

}  // namespace weft::sim
