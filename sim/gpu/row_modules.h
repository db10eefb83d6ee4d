// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "sim/gpu/row_sm.h"
#include "sim/transport/blocking.h"

namespace weft::sim {

/// The payload between an SM and the L2 of real addresses: sectors of a line, or bytes that are
/// read again. Times are core cycles of the run at hand.
struct SectorPayload : tlm::tlm_generic_payload {
  program::AccessKind kind = program::AccessKind::Read;
  uint64_t cycle = 0;
  SectorRequest request;
  double again_bytes = 0;  // where not 0, this many bytes that lie in the L2
  SectorReply reply;
};

/// The L2 and the DRAM behind it as a SystemC module.
class SectorL2Module : public sc_core::sc_module {
 public:
  SectorL2Module(sc_core::sc_module_name name, unsigned sms);

  tlm::tlm_target_socket<>& from_sm(unsigned sm) { return ports_[sm]->socket; }
  /// Empties the cache for a run with these parameters.
  void reset(const GpuMemoryParameters& parameters, const SectorGeometry& geometry) {
    memory_ = SectorMemory(parameters, geometry);
  }
  /// A stage begins at cycle 0 and finds in the cache what the one before left.
  void begin_stage(double owed_bytes) { memory_.begin_stage(owed_bytes); }
  const SectorMemory& memory() const { return memory_; }

 private:
  class Port : public sc_core::sc_module, public BlockingTarget<Port, SectorPayload> {
   public:
    Port(sc_core::sc_module_name name, SectorL2Module& l2)
        : sc_module(name), socket("socket"), l2_(l2) {
      socket.bind(*this);
    }
    tlm::tlm_target_socket<> socket;
    void transport(SectorPayload& payload);

   private:
    SectorL2Module& l2_;
  };

  SectorMemory memory_;
  std::vector<std::unique_ptr<Port>> ports_;
};

/// An SM under row kernels as a SystemC module: one process that sleeps until the SM's next
/// interesting time and lets its CTAs run for a quantum.
class RowSmModule : public sc_core::sc_module, public BlockingInitiator, public SectorPort {
 public:
  RowSmModule(sc_core::sc_module_name name, unsigned index);

  tlm::tlm_initiator_socket<> socket;

  const RowSm& model() const { return model_; }
  /// Takes up a stage: its cycle 0 is now, and a cycle lasts as long as the parameters' clock says.
  void begin(const RowStagePlan& plan, RowSource& source);

  SectorReply request(uint64_t cycle, program::AccessKind kind,
                      const SectorRequest& request) override;
  SectorReply reread(uint64_t cycle, double bytes) override;

 private:
  void run();
  SectorReply send(uint64_t cycle);

  RowSm model_;
  sc_core::sc_event work_;
  sc_core::sc_time began_;
  sc_core::sc_time no_delay_;
  double period_ps_ = 1000;
  SectorPayload payload_;
};

}  // namespace weft::sim
