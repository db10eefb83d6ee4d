// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/topology.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::machine {

namespace {

constexpr int kAlongRow = 0;
constexpr int kAlongColumn = 1;
constexpr int kOffdie = 2;

RouterGraph mesh_of_die(const MeshDescription& mesh) {
  RouterGraph graph;
  const auto router = [&](int x, int y) { return y * mesh.columns + x; };
  const auto join = [&](int a, int b, int dimension) {
    const auto width = static_cast<double>(mesh.link_bytes_per_cycle);
    graph.links.push_back({a, b, mesh.hop_cycles, width, dimension});
    graph.links.push_back({b, a, mesh.hop_cycles, width, dimension});
  };
  for (int y = 0; y < mesh.rows; ++y) {
    for (int x = 0; x < mesh.columns; ++x) {
      graph.routers.push_back(fmt::format("router {}", router(x, y)));
      if (x > 0) join(router(x - 1, y), router(x, y), kAlongRow);
      if (y > 0) join(router(x, y - 1), router(x, y), kAlongColumn);
    }
  }
  return graph;
}

/// Cores are spread evenly over the routers of a die.
std::vector<int> spread_cores(const TopologyDescription& topology) {
  const int routers = topology.mesh.columns * topology.mesh.rows;
  std::vector<int> core_routers;
  core_routers.reserve(static_cast<size_t>(topology.cores_per_die));
  for (int core = 0; core < topology.cores_per_die; ++core) {
    core_routers.push_back(static_cast<int>(int64_t{core} * routers / topology.cores_per_die));
  }
  return core_routers;
}

/// Ports are at the routers without a core; where there is none, at all of them.
std::vector<int> spread_ports(const TopologyDescription& topology,
                              const std::vector<int>& core_routers) {
  const int routers = topology.mesh.columns * topology.mesh.rows;
  std::vector<int> free;
  for (int router = 0; router < routers; ++router) {
    if (!std::binary_search(core_routers.begin(), core_routers.end(), router))
      free.push_back(router);
  }
  return free.empty() ? core_routers : free;
}

int nodes_of(const TopologyDescription& topology) {
  return topology.dies <= topology.dies_per_node ? 1 : topology.dies / topology.dies_per_node;
}

}  // namespace

int peers_of_die(const TopologyDescription& topology) {
  return std::min(topology.dies, topology.dies_per_node) - 1 + nodes_of(topology) - 1;
}

Topology::Topology(const FabricDescription& fabric)
    : dies_(fabric.topology.dies),
      dies_per_node_(std::min(fabric.topology.dies, fabric.topology.dies_per_node)),
      nodes_(nodes_of(fabric.topology)),
      cores_per_die_(fabric.topology.cores_per_die),
      mesh_links_(0),
      peers_(peers_of_die(fabric.topology)),
      core_routers_(spread_cores(fabric.topology)),
      port_routers_(spread_ports(fabric.topology, core_routers_)),
      mesh_(mesh_of_die(fabric.topology.mesh)) {
  WEFT_CHECK(dies_ == nodes_ * dies_per_node_, "nodes must be whole");
  WEFT_CHECK(fabric.topology.offdie.ports >= peers_, "a die needs a port to each peer");
  add_mesh_links(mesh_of_die(fabric.topology.mesh));
  if (peers_ > 0) add_offdie_links(fabric);
}

void Topology::add_mesh_links(const RouterGraph& mesh) {
  mesh_links_ = static_cast<int>(mesh.links.size());
  for (int die = 0; die < dies_; ++die) {
    for (Link link : mesh.links) {
      link.from += die * routers_per_die();
      link.to += die * routers_per_die();
      links_.push_back(link);
    }
  }
}

void Topology::add_offdie_links(const FabricDescription& fabric) {
  const OffdieDescription& offdie = fabric.topology.offdie;
  const int ports_per_peer = offdie.ports / peers_;
  const double width = fabric.bytes_per_cycle(offdie.gb_s_per_port * ports_per_peer);
  const int64_t node_cycles = std::max<int64_t>(1, fabric.cycles_of_ns(offdie.node_latency_ns));
  const int64_t system_cycles = std::max<int64_t>(1, fabric.cycles_of_ns(offdie.system_latency_ns));
  const auto join = [&](int die, int peer, int64_t latency_cycles) {
    const int from = die * routers_per_die() + gateway(die, peer);
    const int to = peer * routers_per_die() + gateway(peer, die);
    links_.push_back({from, to, latency_cycles, width, kOffdie});
  };
  for (int die = 0; die < dies_; ++die) {
    const int first_of_node = node_of(die) * dies_per_node_;
    for (int place = 0; place < dies_per_node_; ++place) {
      if (place != place_of(die)) join(die, first_of_node + place, node_cycles);
    }
    for (int node = 0; node < nodes_; ++node) {
      if (node != node_of(die)) join(die, node * dies_per_node_ + place_of(die), system_cycles);
    }
  }
}

int Topology::router_of_core(int core) const {
  const int die = core / cores_per_die_;
  return die * routers_per_die() + core_routers_[static_cast<size_t>(core % cores_per_die_)];
}

std::string Topology::name_of_router(int router) const {
  return fmt::format("die {} router {}", die_of(router), router % routers_per_die());
}

int Topology::next_die(int from_die, int to_die) const {
  if (place_of(from_die) == place_of(to_die)) return to_die;
  return node_of(from_die) * dies_per_node_ + place_of(to_die);
}

int Topology::peer_index(int die, int peer) const {
  if (node_of(die) == node_of(peer))
    return place_of(peer) - (place_of(peer) > place_of(die) ? 1 : 0);
  return dies_per_node_ - 1 + node_of(peer) - (node_of(peer) > node_of(die) ? 1 : 0);
}

int Topology::offdie_link(int from_die, int to_die) const {
  return dies_ * mesh_links_ + from_die * peers_ + peer_index(from_die, to_die);
}

int Topology::gateway(int die, int peer) const {
  const auto index = static_cast<size_t>(peer_index(die, peer));
  return port_routers_[index % port_routers_.size()];
}

int64_t Topology::latency_cycles(int from, int to) const {
  int64_t cycles = 0;
  visit_route(from, to,
              [&](int link, int) { cycles += links_[static_cast<size_t>(link)].latency_cycles; });
  return cycles;
}

int Topology::hops(int from, int to) const {
  int hops = 0;
  visit_route(from, to, [&](int, int) { ++hops; });
  return hops;
}

int64_t Topology::worst_latency_cycles() const {
  // Cores of a die differ only in the way to the port and from it, so that pairs of dies suffice.
  const auto worst_of_cores = [&](auto&& latency) {
    int64_t worst = 0;
    for (const int router : core_routers_) worst = std::max(worst, latency(router));
    return worst;
  };
  int64_t worst = 0;
  for (const int from : core_routers_) {
    worst = std::max(worst, worst_of_cores([&](int to) { return mesh_.latency_cycles(from, to); }));
  }
  for (int from = 0; from < dies_; ++from) {
    for (int to = 0; to < dies_; ++to) {
      if (from == to) continue;
      const int exit = gateway(from, next_die(from, to));
      const int entry = gateway(to, next_die(from, to) == to ? from : next_die(from, to));
      const int64_t between =
          latency_cycles(from * routers_per_die() + exit, to * routers_per_die() + entry);
      const int64_t out =
          worst_of_cores([&](int router) { return mesh_.latency_cycles(router, exit); });
      const int64_t in =
          worst_of_cores([&](int router) { return mesh_.latency_cycles(entry, router); });
      worst = std::max(worst, out + between + in);
    }
  }
  return worst;
}

}  // namespace weft::machine
