// SPDX-License-Identifier: Apache-2.0
#include "sim/core/core_parameters.h"

#include <algorithm>

namespace weft::sim {

namespace {

unsigned whole(int64_t value) {
  return static_cast<unsigned>(value);
}

/// A piece of the address space that lies in one memory as a whole: what a run of DMA requests may
/// cover. A run books the memory at once, so that longer ones would cost less host time, but they
/// begin later than their requests could; the effect is in docs/deviations.md.
unsigned dma_run_bytes(const machine::FabricDescription& fabric) {
  constexpr int64_t kMost = 128;
  if (fabric.total_cores() == 1) return kMost;
  return whole(std::clamp(fabric.memory.interleave.default_bytes,
                          fabric.memory.access_granularity_bytes, kMost));
}

}  // namespace

CoreParameters core_parameters(const machine::FabricDescription& fabric) {
  CoreParameters p;
  p.pipelines = whole(fabric.core.mtc.count);
  p.threads_per_pipeline = whole(fabric.core.mtc.threads);
  p.single_threads = whole(fabric.core.stc.count);
  p.pipeline_cycles = whole(fabric.core.mtc.pipeline_cycles);
  p.scratchpad = {.bytes = static_cast<uint64_t>(fabric.core.spad.bytes),
                  .banks = whole(fabric.core.spad.banks),
                  .bank_bytes = whole(fabric.core.spad.bank_bytes),
                  .latency_cycles = whole(fabric.core.spad.latency_cycles),
                  .atomic_cycles = whole(fabric.core.atomic_cycles)};
  p.cache = {.bytes = static_cast<uint64_t>(fabric.core.dcache.bytes),
             .line_bytes = whole(fabric.core.dcache.line_bytes),
             .ways = whole(fabric.core.dcache.ways),
             .hit_cycles = whole(fabric.core.dcache.hit_cycles)};
  const double request_cycles = static_cast<double>(fabric.dma.request_bytes) /
                                fabric.bytes_per_cycle(fabric.memory.gb_s_per_core);
  p.dma_engines = whole(fabric.dma.engines_per_core);
  p.dma = {.outstanding = whole(fabric.dma.outstanding),
           .request_bytes = whole(fabric.dma.request_bytes),
           .run_bytes = dma_run_bytes(fabric),
           .descriptor_cycles = whole(fabric.dma.descriptor_cycles),
           .scratchpad_bytes_per_cycle = whole(fabric.dma.spad_bytes_per_cycle),
           .burst_cycles = request_cycles};
  p.dequeue_cycles = whole(fabric.queue_engine.dequeue_cycles);
  p.barrier_cycles = whole(fabric.collective_engine.barrier_cycles);
  return p;
}

}  // namespace weft::sim
