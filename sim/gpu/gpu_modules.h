// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "sim/gpu/sm_model.h"
#include "sim/gpu/tile_transport.h"

namespace weft::sim {

/// The L2 and the DRAM behind it as a SystemC module.
class L2Module : public sc_core::sc_module {
 public:
  L2Module(sc_core::sc_module_name name, unsigned sms);

  tlm::tlm_target_socket<>& from_sm(unsigned sm) { return ports_[sm]->socket; }
  /// Empties the caches and calendars for a run with these parameters; see TileMemory.
  void reset(const GpuMemoryParameters& parameters, uint64_t slot_cycles,
             unsigned counted_channels) {
    memory_ = TileMemory(parameters, slot_cycles, counted_channels);
  }
  TileMemory& memory() { return memory_; }

 private:
  class Port : public sc_core::sc_module, public TileSocketTarget<Port> {
   public:
    Port(sc_core::sc_module_name name, L2Module& l2) : sc_module(name), socket("socket"), l2_(l2) {
      socket.bind(*this);
    }
    tlm::tlm_target_socket<> socket;
    void transport(TilePayload& request);

   private:
    L2Module& l2_;
  };

  TileMemory memory_;
  std::vector<std::unique_ptr<Port>> ports_;
};

/// A streaming multiprocessor as a SystemC module: one process that sleeps until the SM's next
/// interesting time and lets its CTAs run for a quantum.
class SmModule : public sc_core::sc_module, public BlockingInitiator, public TilePort {
 public:
  SmModule(sc_core::sc_module_name name, unsigned index);

  tlm::tlm_initiator_socket<> socket;

  SmModel& model() { return model_; }
  /// Takes up a launch: cycle 0 of it is now, and a cycle lasts `period_ps`.
  void begin(const LaunchPlan& plan, const GpuParameters& parameters, CtaSource& source);

  TileReply read(uint64_t cycle, uint64_t block, double bytes, const TileCost& cost) override;
  uint64_t write(uint64_t cycle, double bytes) override;

 private:
  void run();

  SmModel model_;
  sc_core::sc_event work_;
  sc_core::sc_time began_;
  sc_core::sc_time no_delay_;
  double period_ps_ = 1000;
  TilePayload request_;
};

}  // namespace weft::sim
