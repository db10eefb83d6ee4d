// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/core_module.h"

#include <cmath>

namespace weft::sim {

CoreModule::CoreModule(sc_core::sc_module_name name, const CoreParameters& parameters,
                       unsigned index, double period_ps, uint64_t quantum_cycles)
    : sc_module(name),
      socket("socket"),
      period_ps_(period_ps),
      cycles_per_ps_(1.0 / period_ps),
      quantum_cycles_(quantum_cycles),
      model_(parameters, index, *this, [this](uint64_t cycle) { wake(cycle); }) {
  socket.bind(*this);
  request_.core = index;
  SC_HAS_PROCESS(CoreModule);
  SC_METHOD(run);
  sensitive << work_;
}

void CoreModule::wake(uint64_t cycle) {
  const uint64_t now = sc_core::sc_time_stamp().value();
  const uint64_t at = to_ps(cycle);
  work_.notify(sc_core::sc_time::from_value(at > now ? at - now : 0));
}

void CoreModule::run() {
  const uint64_t now_ps = sc_core::sc_time_stamp().value();
  const auto now_cycle = static_cast<uint64_t>(static_cast<double>(now_ps) * cycles_per_ps_);
  const uint64_t next = model_.run_until(now_cycle + quantum_cycles_);
  if (next == kNever) return;  // sleeps until a barrier of the machine wakes it
  const uint64_t at = std::max(to_ps(next), now_ps + 1);
  next_trigger(sc_core::sc_time::from_value(at - now_ps), work_);
}

uint64_t CoreModule::access(uint64_t cycle, AccessKind kind, uint64_t address, uint32_t bytes) {
  request_.kind = kind;
  request_.address = address;
  request_.bytes = bytes;
  request_.arrival_ps = to_ps(cycle);
  socket->b_transport(request_, no_delay_);
  const auto done_ps = static_cast<double>(static_cast<int64_t>(request_.done_ps));
  return static_cast<uint64_t>(static_cast<int64_t>(std::ceil(done_ps * cycles_per_ps_)));
}

}  // namespace weft::sim
