// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>

#include "sim/core/access.h"
#include "sim/transport/blocking.h"

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

/// A model of the fabric behind a socket.
template <class Target>
using FabricSocketTarget = BlockingTarget<Target, FabricPayload>;

}  // namespace weft::sim
