// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "sim/core/calendar.h"
#include "sim/core/tick_rate.h"
#include "sim/fabric/transport.h"
#include "sim/machine/address_map.h"
#include "sim/machine/topology.h"

namespace weft::sim {

/// What the network carried, for reports.
struct NetworkCounters {
  uint64_t packets = 0;
  uint64_t bytes = 0;      // of packets, headers included, once per packet
  uint64_t byte_hops = 0;  // bytes times links crossed
  uint64_t hops = 0;       // links crossed, summed over packets
  uint64_t offdie_bytes = 0;
};

/// The mesh of every die and the links above it, with the routes of machine::Topology. A request
/// goes from its core's router to the router of the memory controller that the address map names,
/// and its response goes back; every link on the way books slots for the packet's bytes. Packets
/// are cut through: a hop adds its latency to the head, and the length of the packet counts once.
class NetworkModule : public sc_core::sc_module {
 public:
  /// `map` and `topology` must outlive the module. One target socket for each core, one initiator
  /// socket for each memory controller.
  NetworkModule(sc_core::sc_module_name name, const machine::Topology& topology, unsigned cores,
                double period_ps);

  tlm::tlm_target_socket<>& from_core(unsigned core) { return ports_[core]->socket; }
  tlm::tlm_initiator_socket<>& to_memory(unsigned controller) { return *memories_[controller]; }

  /// Names the regions of global addresses that the program at hand uses, by rising base.
  void use(std::vector<const machine::Region*> regions) { regions_ = std::move(regions); }

  const NetworkCounters& counters() const { return counters_; }
  /// Slots booked on the busiest link.
  uint64_t busiest_link_slots() const;
  /// Slots booked on a link, numbered as the topology does.
  uint64_t link_slots(size_t link) const { return links_[link].calendar.booked(); }

 private:
  /// The socket of one core: knows nothing but its network.
  class CorePort : public sc_core::sc_module, public FabricSocketTarget<CorePort> {
   public:
    CorePort(sc_core::sc_module_name name, NetworkModule& network)
        : sc_module(name), socket("socket"), network_(network) {
      socket.bind(*this);
    }
    tlm::tlm_target_socket<> socket;
    void transport(FabricPayload& request) { network_.carry(request); }

   private:
    NetworkModule& network_;
  };

  /// All that a packet needs of a link, in one place: a machine has a thousand of them, and a
  /// packet finds few of those that it crosses in the host's cache.
  struct alignas(64) LinkState {
    SlotCalendar calendar{(uint64_t{1} << 15) - 64};  // a slot is a cycle
    uint64_t latency_cycles = 0;
    double bytes_per_slot = 0;
    uint64_t slots_of_header = 0;
    bool leaves_die = false;

    uint64_t slots_of(uint32_t bytes) const;
  };

  const machine::Region& region_of(uint64_t address) const;
  void carry(FabricPayload& request);
  void carry_one(FabricPayload& request);
  /// The time at which a packet of `bytes` that leaves router `from` at `ps` has arrived at `to` as
  /// a whole.
  uint64_t travel(int from, int to, uint32_t bytes, uint64_t ps);

  const machine::Topology& topology_;
  std::vector<const machine::Region*> regions_;
  TickRate clock_;
  std::vector<LinkState> links_;
  std::vector<int> router_of_;  // [core], also of its memory controller
  std::vector<std::unique_ptr<CorePort>> ports_;
  std::vector<std::unique_ptr<tlm::tlm_initiator_socket<>>> memories_;
  BlockingInitiator responses_;
  NetworkCounters counters_;
  sc_core::sc_time no_delay_;
};

}  // namespace weft::sim
