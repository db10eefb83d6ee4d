// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/gpu_modules.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::sim {

namespace {

/// How far an SM may run ahead of the others on the host, in cycles.
constexpr uint64_t kSmQuantumCycles = 512;

}  // namespace

L2Module::L2Module(sc_core::sc_module_name name, unsigned sms)
    : sc_module(name), memory_(GpuMemoryParameters{}) {
  for (unsigned i = 0; i < sms; ++i) {
    ports_.push_back(std::make_unique<Port>(fmt::format("port{}", i).c_str(), *this));
  }
}

void L2Module::Port::transport(TilePayload& request) {
  TileMemory& memory = l2_.memory_;
  if (request.is_write) {
    request.reply.done = memory.write(request.cycle, request.bytes);
  } else {
    request.reply = memory.read(request.cycle, request.block, request.bytes, request.cost);
  }
}

SmModule::SmModule(sc_core::sc_module_name name, unsigned index)
    : sc_module(name), socket("socket"), model_(index, *this) {
  socket.bind(*this);
  SC_HAS_PROCESS(SmModule);
  SC_METHOD(run);
  sensitive << work_;
  dont_initialize();
}

void SmModule::begin(const LaunchPlan& plan, const GpuParameters& parameters, CtaSource& source) {
  model_.begin(plan, parameters, source, 0);
  began_ = sc_core::sc_time_stamp();
  period_ps_ = 1000 / parameters.clock_ghz;
  work_.notify(sc_core::SC_ZERO_TIME);
}

void SmModule::run() {
  const auto now_ps = static_cast<double>((sc_core::sc_time_stamp() - began_).value());
  const auto now = static_cast<uint64_t>(now_ps / period_ps_);
  const uint64_t next = model_.run_until(now + kSmQuantumCycles);
  if (next == SmModel::kNoWork) return;
  const double wait_ps = std::max(1.0, static_cast<double>(next) * period_ps_ - now_ps);
  next_trigger(sc_core::sc_time::from_value(static_cast<uint64_t>(wait_ps)));
}

TileReply SmModule::read(uint64_t cycle, uint64_t block, double bytes, const TileCost& cost) {
  request_.is_write = false;
  request_.cycle = cycle;
  request_.block = block;
  request_.bytes = bytes;
  request_.cost = cost;
  socket->b_transport(request_, no_delay_);
  return request_.reply;
}

uint64_t SmModule::write(uint64_t cycle, double bytes) {
  request_.is_write = true;
  request_.cycle = cycle;
  request_.bytes = bytes;
  socket->b_transport(request_, no_delay_);
  return request_.reply.done;
}

}  // namespace weft::sim
