// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/row_modules.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::sim {

namespace {

/// How far an SM may run ahead of the others on the host, in cycles.
constexpr uint64_t kSmQuantumCycles = 512;

}  // namespace

SectorL2Module::SectorL2Module(sc_core::sc_module_name name, unsigned sms)
    : sc_module(name), memory_(GpuMemoryParameters{}, SectorGeometry{}) {
  for (unsigned i = 0; i < sms; ++i) {
    ports_.push_back(std::make_unique<Port>(fmt::format("port{}", i).c_str(), *this));
  }
}

void SectorL2Module::Port::transport(SectorPayload& payload) {
  SectorMemory& memory = l2_.memory_;
  payload.reply = payload.again_bytes > 0
                      ? memory.reread(payload.cycle, payload.again_bytes)
                      : memory.request(payload.cycle, payload.kind, payload.request);
}

RowSmModule::RowSmModule(sc_core::sc_module_name name, unsigned index)
    : sc_module(name), socket("socket"), model_(index, *this) {
  socket.bind(*this);
  SC_HAS_PROCESS(RowSmModule);
  SC_METHOD(run);
  sensitive << work_;
  dont_initialize();
}

void RowSmModule::begin(const RowStagePlan& plan, RowSource& source) {
  model_.begin(plan, source);
  began_ = sc_core::sc_time_stamp();
  period_ps_ = 1000 / plan.parameters.clock_ghz;
  work_.notify(sc_core::SC_ZERO_TIME);
}

void RowSmModule::run() {
  const auto now_ps = static_cast<double>((sc_core::sc_time_stamp() - began_).value());
  const auto now = static_cast<uint64_t>(now_ps / period_ps_);
  const uint64_t next = model_.run_until(now + kSmQuantumCycles);
  if (next == RowSm::kNoWork) return;
  const double wait_ps = std::max(1.0, static_cast<double>(next) * period_ps_ - now_ps);
  next_trigger(sc_core::sc_time::from_value(static_cast<uint64_t>(wait_ps)));
}

SectorReply RowSmModule::send(uint64_t cycle) {
  payload_.cycle = cycle;
  socket->b_transport(payload_, no_delay_);
  return payload_.reply;
}

SectorReply RowSmModule::request(uint64_t cycle, program::AccessKind kind,
                                 const SectorRequest& request) {
  payload_.kind = kind;
  payload_.request = request;
  payload_.again_bytes = 0;
  return send(cycle);
}

SectorReply RowSmModule::reread(uint64_t cycle, double bytes) {
  payload_.again_bytes = bytes;
  return send(cycle);
}

}  // namespace weft::sim
