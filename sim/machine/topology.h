// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/machine/fabric_description.h"
#include "sim/machine/routing_table.h"

namespace weft::machine {

/// The other dies that a die has links to: those of its node and its counterparts in the other
/// nodes.
int peers_of_die(const TopologyDescription& topology);

/// The network of a fabric: a mesh of routers on each die, and above it two levels of all-to-all
/// links, among the dies of a node and among the dies of the same place in all nodes (HyperX: Ahn
/// et al., 2009).
///
/// Only the mesh of one die is kept as a table of routes. A route between dies is composed when
/// asked for: the mesh to the router that holds the port, the link, the mesh of the die in between
/// where node and place both differ (the link within the node comes first), the link, the mesh.
/// Memory is linear in the number of links, also for thousands of dies.
///
/// A message that enters a die by a port changes to the next virtual channel. Within a channel the
/// mesh is routed XY, and channels only rise, so that no cycle of links can wait for each other.
class Topology {
 public:
  /// Precondition: `fabric` passed check_fabric().
  explicit Topology(const FabricDescription& fabric);

  int dies() const { return dies_; }
  int routers_per_die() const { return mesh_.routers(); }
  int routers() const { return dies_ * routers_per_die(); }

  /// The router of a core and of its memory controller, cores numbered die by die.
  int router_of_core(int core) const;

  /// Every link of the machine; the ids of routes index it. Ends are numbers of routers, die by
  /// die.
  const std::vector<Link>& links() const { return links_; }
  /// True for the links between dies.
  bool leaves_die(int link) const { return link >= dies_ * mesh_links_; }
  /// "die 3 router 5", for reports and messages.
  std::string name_of_router(int router) const;

  /// Calls visit(link, channel) for every link from router `from` to router `to`, in order. Nothing
  /// is allocated.
  template <class Visit>
  void visit_route(int from, int to, Visit&& visit) const;

  int64_t latency_cycles(int from, int to) const;
  int hops(int from, int to) const;

  /// The largest unloaded one-way latency between the routers of any two cores.
  int64_t worst_latency_cycles() const;

 private:
  int die_of(int router) const { return router / routers_per_die(); }
  int place_of(int die) const { return die % dies_per_node_; }
  int node_of(int die) const { return die / dies_per_node_; }
  /// The die at which a route from one die to another goes on after its first link off the die.
  int next_die(int from_die, int to_die) const;
  int offdie_link(int from_die, int to_die) const;
  int peer_index(int die, int peer) const;
  int gateway(int die, int peer) const;

  void add_mesh_links(const RouterGraph& mesh);
  void add_offdie_links(const FabricDescription& fabric);

  int dies_;
  int dies_per_node_;
  int nodes_;
  int cores_per_die_;
  int mesh_links_;  // of one die
  int peers_;
  std::vector<int> core_routers_;  // [core of a die], router of the die
  std::vector<int> port_routers_;  // routers of a die that hold ports, used in turn
  RoutingTable mesh_;
  std::vector<Link>
      links_;  // mesh links die by die, then the links off each die in order of its peers
};

template <class Visit>
void Topology::visit_route(int from, int to, Visit&& visit) const {
  const int last_die = die_of(to);
  int channel = 0;
  while (true) {
    const int die = die_of(from);
    const int first_router = die * routers_per_die();
    const int next = die == last_die ? die : next_die(die, last_die);
    const int exit = die == last_die ? to - first_router : gateway(die, next);
    for (const int link : mesh_.route(from - first_router, exit))
      visit(die * mesh_links_ + link, channel);
    if (die == last_die) return;
    const int link = offdie_link(die, next);
    visit(link, channel);
    from = links_[static_cast<size_t>(link)].to;
    ++channel;
  }
}

}  // namespace weft::machine
