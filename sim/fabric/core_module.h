// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>
#include <tlm>

#include "sim/core/core_model.h"
#include "sim/core/tick_rate.h"
#include "sim/fabric/transport.h"

namespace weft::sim {

/// A core as a SystemC module: one process that sleeps until the core's next interesting time, lets
/// every thread run for a quantum, and carries memory accesses over its socket.
class CoreModule : public sc_core::sc_module, public BlockingInitiator, public MemoryPort {
 public:
  /// `period_ps` is the clock period; `quantum_cycles` how far a thread may run ahead of the
  /// others.
  CoreModule(sc_core::sc_module_name name, const CoreParameters& parameters, unsigned index,
             double period_ps, uint64_t quantum_cycles);

  tlm::tlm_initiator_socket<> socket;

  CoreModel& model() { return model_; }
  uint64_t access(uint64_t cycle, AccessKind kind, uint64_t address, uint32_t bytes) override;
  uint64_t write_pair(uint64_t cycle, Place first, Place second) override;
  /// Makes the core run from `cycle` on.
  void wake(uint64_t cycle);

 private:
  void start_of_simulation() override;
  void run();
  /// Sends the request at `cycle`; returns the cycle at which its response is back.
  uint64_t cross(uint64_t cycle);

  TickRate clock_;
  uint64_t quantum_cycles_;
  sc_core::sc_event work_;
  tlm::tlm_fw_transport_if<>* target_ = nullptr;  // behind the socket: asking it costs a crossing
  FabricPayload request_;
  sc_core::sc_time no_delay_;
  CoreModel model_;
};

}  // namespace weft::sim
