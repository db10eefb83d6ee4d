// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/core_module.h"

#include <algorithm>

namespace weft::sim {

CoreModule::CoreModule(sc_core::sc_module_name name, const CoreParameters& parameters,
                       unsigned index, double period_ps, uint64_t quantum_cycles)
    : sc_module(name),
      socket("socket"),
      clock_(period_ps),
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
  const uint64_t at = clock_.begin_ps(cycle);
  work_.notify(sc_core::sc_time::from_value(at > now ? at - now : 0));
}

void CoreModule::start_of_simulation() {
  target_ = socket.operator->();
}

void CoreModule::run() {
  const uint64_t now_ps = sc_core::sc_time_stamp().value();
  const uint64_t next = model_.run_until(clock_.tick_of(now_ps) + quantum_cycles_);
  if (next == kNever) return;  // sleeps until a barrier of the machine wakes it
  const uint64_t at = std::max(clock_.begin_ps(next), now_ps + 1);
  next_trigger(sc_core::sc_time::from_value(at - now_ps), work_);
}

uint64_t CoreModule::access(uint64_t cycle, AccessKind kind, uint64_t address, uint32_t bytes) {
  request_.kind = kind;
  request_.address = address;
  request_.bytes = bytes;
  request_.next.bytes = 0;
  return cross(cycle);
}

uint64_t CoreModule::write_pair(uint64_t cycle, Place first, Place second) {
  request_.kind = AccessKind::Write;
  request_.address = first.address;
  request_.bytes = first.bytes;
  request_.next = second;
  return cross(cycle);
}

uint64_t CoreModule::cross(uint64_t cycle) {
  request_.arrival_ps = clock_.begin_ps(cycle);
  target_->b_transport(request_, no_delay_);
  return clock_.tick_from(request_.done_ps);
}

}  // namespace weft::sim
