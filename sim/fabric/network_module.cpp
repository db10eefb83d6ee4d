// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/network_module.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace weft::sim {

namespace {

/// Every packet carries address, kind and initiator in one flit.
constexpr uint32_t kHeaderBytes = 8;

uint32_t whole_words(uint32_t bytes) {
  return (bytes + 7) / 8 * 8;
}

}  // namespace

NetworkModule::NetworkModule(sc_core::sc_module_name name, const machine::Topology& topology,
                             unsigned cores, double period_ps)
    : sc_module(name), topology_(topology), clock_(period_ps) {
  links_.resize(topology.links().size());
  for (size_t i = 0; i < links_.size(); ++i) {
    const machine::Link& link = topology.links()[i];
    links_[i].latency_cycles = static_cast<uint64_t>(link.latency_cycles);
    links_[i].bytes_per_slot = link.bytes_per_cycle;
    links_[i].slots_of_header = links_[i].slots_of(kHeaderBytes);
    links_[i].leaves_die = topology.leaves_die(static_cast<int>(i));
  }
  for (unsigned core = 0; core < cores; ++core) {
    router_of_.push_back(topology.router_of_core(static_cast<int>(core)));
    ports_.push_back(std::make_unique<CorePort>(fmt::format("port{}", core).c_str(), *this));
    memories_.push_back(
        std::make_unique<tlm::tlm_initiator_socket<>>(fmt::format("memory{}", core).c_str()));
    memories_.back()->bind(responses_);
  }
}

uint64_t NetworkModule::LinkState::slots_of(uint32_t bytes) const {
  return static_cast<uint64_t>(std::max(1.0, std::ceil(bytes / bytes_per_slot)));
}

uint64_t NetworkModule::travel(int from, int to, uint32_t bytes, uint64_t ps) {
  if (from == to) return ps;
  uint64_t cycle = clock_.tick_from(ps);
  uint64_t longest = 1;
  counters_.packets += 1;
  counters_.bytes += bytes;
  topology_.visit_route(from, to, [&](int index, int) {
    LinkState& link = links_[static_cast<size_t>(index)];
    const uint64_t slots = bytes == kHeaderBytes ? link.slots_of_header : link.slots_of(bytes);
    const uint64_t last = link.calendar.book(cycle, static_cast<unsigned>(slots));
    cycle = last + 1 - slots + link.latency_cycles;
    longest = std::max(longest, slots);
    counters_.hops += 1;
    counters_.byte_hops += bytes;
    if (link.leaves_die) counters_.offdie_bytes += bytes;
  });
  return clock_.begin_ps(cycle + longest - 1);
}

const machine::Region& NetworkModule::region_of(uint64_t address) const {
  size_t last = regions_.size() - 1;
  while (last > 0 && static_cast<int64_t>(address) < regions_[last]->base()) --last;
  return *regions_[last];
}

/// The parts of a pair may lie at different controllers, so that each travels by itself.
void NetworkModule::carry(FabricPayload& request) {
  const Place next = std::exchange(request.next, {0, 0});
  carry_one(request);
  if (next.bytes == 0) return;
  request.address = next.address;
  request.bytes = next.bytes;
  request.arrival_ps = request.done_ps;
  carry_one(request);
}

void NetworkModule::carry_one(FabricPayload& request) {
  const machine::MemoryLocation place =
      region_of(request.address)
          .locate(static_cast<int64_t>(request.address), static_cast<int>(request.core));
  const int home = router_of_[request.core];
  const int memory = router_of_[static_cast<size_t>(place.controller)];
  const uint32_t data = whole_words(request.bytes);
  const bool sends = request.kind != AccessKind::Read;
  const bool returns = request.kind != AccessKind::Write;
  request.address = static_cast<uint64_t>(place.local_address);
  request.arrival_ps = travel(home, memory, kHeaderBytes + (sends ? data : 0), request.arrival_ps);
  (*memories_[static_cast<size_t>(place.controller)])->b_transport(request, no_delay_);
  request.done_ps = travel(memory, home, kHeaderBytes + (returns ? data : 0), request.done_ps);
}

uint64_t NetworkModule::busiest_link_slots() const {
  uint64_t most = 0;
  for (const LinkState& link : links_) most = std::max(most, link.calendar.booked());
  return most;
}

}  // namespace weft::sim
