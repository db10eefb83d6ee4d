// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/area.h"

#include <nlohmann/json.hpp>

#include "cli/sweep/scope.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

// 7 nm: a six-transistor cell of 0.027 um2 at half array efficiency; the rest is assumed, of the
// order that die photographs show.
constexpr double kSramPerMib = 0.45;
constexpr double kRegisterFilePerMib = 1.8;  // many ports
constexpr double kPipeline = 0.05;           // in order, with its fetch and decode
constexpr double kFp32Lane = 0.004;
constexpr double kFp64Lane = 0.008;
constexpr double kTensorFp16Fma = 0.0009;
constexpr double kDmaRequest = 0.0005;  // one in flight
constexpr double kDmaEngine = 0.03;
constexpr double kMemoryPerGbS = 0.02;  // controller and its share of the interface
constexpr double kOffdiePerGbS = 0.01;
constexpr double kMeshPerByte = 0.003;  // router, by the width of a link

double at(const Json& document, const char* path) {
  const Value value = value_at(document, path);
  const auto* number = std::get_if<double>(&value);
  return number == nullptr ? 0 : *number;
}

double mib(double bytes) {
  return bytes / 0x1p20;
}

double fabric_mm2(const Json& machine) {
  constexpr double kRegisterBytes = 8;
  const double pipelines = at(machine, "core.mtc.count") + at(machine, "core.stc.count");
  const double threads = at(machine, "core.mtc.count") * at(machine, "core.mtc.threads") +
                         at(machine, "core.stc.count");
  const double registers = threads * at(machine, "core.registers_per_thread") * kRegisterBytes;
  const double caches = pipelines * at(machine, "core.dcache.bytes");
  const double engines = at(machine, "dma.engines_per_core");
  const double core = kPipeline * pipelines + kRegisterFilePerMib * mib(registers) +
                      kSramPerMib * mib(caches + at(machine, "core.spad.bytes")) +
                      engines * (kDmaEngine + kDmaRequest * at(machine, "dma.outstanding")) +
                      kMeshPerByte * at(machine, "topology.mesh.link_bytes_per_cycle") +
                      kMemoryPerGbS * at(machine, "memory.gb_s_per_core");
  const double dies = at(machine, "topology.dies");
  const double ports = dies > 1 ? at(machine, "topology.offdie.ports") : 0;
  return dies * (core * at(machine, "topology.cores_per_die") +
                 ports * kOffdiePerGbS * at(machine, "topology.offdie.gb_s_per_port"));
}

double gpu_mm2(const Json& machine) {
  constexpr double kRegisterFileMib = 0.25;  // of every SM since 2012
  const double sm = kPipeline * at(machine, "sm.subcores") +
                    kRegisterFilePerMib * kRegisterFileMib +
                    kSramPerMib * mib(at(machine, "sm.l1.bytes")) +
                    kFp32Lane * at(machine, "sm.pipes.fp32_lanes") +
                    kFp64Lane * at(machine, "sm.pipes.fp64_lanes") +
                    kTensorFp16Fma * at(machine, "sm.tensor.fma_per_cycle.fp16");
  return sm * at(machine, "sms") + kSramPerMib * mib(at(machine, "l2.bytes")) +
         kMemoryPerGbS * at(machine, "dram.peak_gb_s");
}

}  // namespace

Value area_mm2(const Json& configuration) {
  if (!configuration.is_object()) return {};
  const auto kind = configuration.find("kind");
  if (kind == configuration.end()) return {};
  return *kind == "gpu" ? gpu_mm2(configuration) : fabric_mm2(configuration);
}

}  // namespace weft::cli::sweep
