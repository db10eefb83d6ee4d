// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>

#include "sim/core/access.h"

namespace weft::sim {

/// The payload of every transaction on the fabric. Times travel as integers, in picoseconds since
/// the start of the run: turning them into sc_time and back twice per crossing would cost more than
/// the crossing. TLM's delay argument stays zero. Sockets of the fabric carry only payloads of this
/// type.
struct FabricPayload : tlm::tlm_generic_payload {
  AccessKind kind = AccessKind::Read;
  uint32_t core = 0;     // the initiator, which the response returns to
  uint64_t address = 0;  // global, then local to the memory controller
  uint32_t bytes = 0;
  Place next{0, 0};         // of the same kind, leaves when the first is back; no bytes: none
  uint64_t arrival_ps = 0;  // of the request at the target
  uint64_t done_ps = 0;     // of the response at the caller
};

/// The part of TLM's forward interface that a blocking target does not use. No model of the fabric
/// offers non-blocking transport: a transaction completes when it is called.
template <class Target>
class BlockingTarget : public tlm::tlm_fw_transport_if<> {
 public:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) final {
    static_cast<Target*>(this)->transport(static_cast<FabricPayload&>(payload));
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase&,
                                     sc_core::sc_time&) override {
    payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
};

/// The backward interface of an initiator that only calls b_transport.
class BlockingInitiator : public tlm::tlm_bw_transport_if<> {
 public:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&,
                                     sc_core::sc_time&) override {
    return tlm::TLM_COMPLETED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
};

}  // namespace weft::sim
