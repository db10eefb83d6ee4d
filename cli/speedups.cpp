// SPDX-License-Identifier: Apache-2.0
#include "cli/speedups.h"

namespace weft::cli {

namespace {

using machine::FabricDescription;
using machine::GpuDescription;

/// Half a delay in whole cycles, rounded up: none is no delay of a machine's.
void halve(int& cycles) {
  cycles = (cycles + 1) / 2;
}

template <class Description>
struct Change {
  const char* resource;
  const char* parameters;
  void (*apply)(Description&);
};

constexpr Change<FabricDescription> kFabricChanges[] = {
    {"issue", "core.mtc.count, with as many threads",
     [](FabricDescription& fabric) {
       fabric.core.mtc.count *= 2;
       fabric.core.mtc.threads = (fabric.core.mtc.threads + 1) / 2;
     }},
    {"scratchpad delay", "core.spad.latency_cycles",
     [](FabricDescription& fabric) { halve(fabric.core.spad.latency_cycles); }},
    {"scratchpad banks", "core.spad.banks",
     [](FabricDescription& fabric) { fabric.core.spad.banks *= 2; }},
    {"atomics", "core.atomic_cycles, memory.atomic_cycles",
     [](FabricDescription& fabric) {
       halve(fabric.core.atomic_cycles);
       halve(fabric.memory.atomic_cycles);
     }},
    {"DMA requests", "dma.outstanding",
     [](FabricDescription& fabric) { fabric.dma.outstanding *= 2; }},
    {"memory bandwidth", "memory.gb_s_per_core",
     [](FabricDescription& fabric) { fabric.memory.gb_s_per_core *= 2; }},
    {"memory delay", "memory.latency_ns",
     [](FabricDescription& fabric) { fabric.memory.latency_ns /= 2; }},
    {"mesh bandwidth", "topology.mesh.link_bytes_per_cycle",
     [](FabricDescription& fabric) { fabric.topology.mesh.link_bytes_per_cycle *= 2; }},
    {"mesh delay", "topology.mesh.hop_cycles",
     [](FabricDescription& fabric) { halve(fabric.topology.mesh.hop_cycles); }},
    {"links between dies", "topology.offdie.gb_s_per_port",
     [](FabricDescription& fabric) { fabric.topology.offdie.gb_s_per_port *= 2; }},
};

constexpr Change<GpuDescription> kGpuChanges[] = {
    {"matrix units", "sm.tensor.fma_per_cycle",
     [](GpuDescription& gpu) {
       machine::TensorRates& rates = gpu.sm.tensor.fma_per_cycle;
       for (double* rate : {&rates.fp64, &rates.tf32, &rates.fp16, &rates.fp16_acc16, &rates.bf16,
                            &rates.fp8, &rates.fp8_acc16, &rates.int8})
         *rate *= 2;
       gpu.sm.tensor.mma_latency_cycles /= 2;
     }},
    {"pipes", "sm.pipes",
     [](GpuDescription& gpu) {
       machine::PipesDescription& pipes = gpu.sm.pipes;
       for (int* lanes : {&pipes.fp32_lanes, &pipes.fp32_lanes_shared_with_int, &pipes.int_lanes,
                          &pipes.fp64_lanes, &pipes.sfu_lanes, &pipes.ldst_lanes})
         *lanes *= 2;
     }},
    {"issue", "sm.issue_per_subcore", [](GpuDescription& gpu) { gpu.sm.issue_per_subcore *= 2; }},
    {"shared memory", "sm.shared",
     [](GpuDescription& gpu) {
       gpu.sm.shared.bytes_per_cycle *= 2;
       gpu.sm.shared.requests_per_cycle *= 2;
       gpu.sm.shared.latency_cycles /= 2;
     }},
    {"L2 bandwidth", "l2.bytes_per_cycle",
     [](GpuDescription& gpu) { gpu.l2.bytes_per_cycle *= 2; }},
    {"L2 delay", "l2.near_latency_cycles, l2.far_latency_cycles",
     [](GpuDescription& gpu) {
       gpu.l2.near_latency_cycles /= 2;
       gpu.l2.far_latency_cycles /= 2;
     }},
    {"DRAM bandwidth", "dram.peak_gb_s", [](GpuDescription& gpu) { gpu.dram.peak_gb_s *= 2; }},
    {"DRAM delay", "dram.latency_ns", [](GpuDescription& gpu) { gpu.dram.latency_ns /= 2; }},
    {"launches", "launch.kernel_ns, launch.stream_ns",
     [](GpuDescription& gpu) {
       gpu.launch.kernel_ns /= 2;
       gpu.launch.stream_ns /= 2;
     }},
    {"power", "power.limit_w", [](GpuDescription& gpu) { gpu.power.limit_w *= 2; }},
};

template <class Description, size_t N>
std::vector<Speedup> changed(const machine::MachineDescription& machine,
                             const Change<Description> (&changes)[N]) {
  std::vector<Speedup> speedups;
  for (const Change<Description>& change : changes) {
    speedups.push_back({change.resource, change.parameters, machine});
    change.apply(std::get<Description>(speedups.back().machine.model));
  }
  return speedups;
}

}  // namespace

std::vector<Speedup> speedups_of(const machine::MachineDescription& machine) {
  return machine.kind() == machine::Kind::Fabric ? changed(machine, kFabricChanges)
                                                 : changed(machine, kGpuChanges);
}

}  // namespace weft::cli
