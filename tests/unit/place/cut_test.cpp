// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/cut.h"

#include <gtest/gtest.h>

#include "sim/machine/fabric_description.h"

namespace weft::mapper {
namespace {

/// A mesh with a core at every router.
machine::FabricDescription mesh(int columns, int rows, int link_bytes_per_cycle) {
  machine::FabricDescription fabric;
  fabric.topology.mesh.columns = columns;
  fabric.topology.mesh.rows = rows;
  fabric.topology.mesh.link_bytes_per_cycle = link_bytes_per_cycle;
  fabric.topology.cores_per_die = columns * rows;
  return fabric;
}

TEST(Cut, OfAMeshIsTheLinksBetweenItsHalves) {
  // The first half of the cores are the first two rows of four.
  const machine::Topology topology(mesh(4, 4, 8));
  EXPECT_DOUBLE_EQ(halves_bytes_per_cycle(topology, 16, false), 4 * 8);
  EXPECT_DOUBLE_EQ(halves_bytes_per_cycle(topology, 16, true), 4 * 8);
}

TEST(Cut, OfALineIsOneLink) {
  const machine::Topology topology(mesh(6, 1, 16));
  EXPECT_DOUBLE_EQ(halves_bytes_per_cycle(topology, 6, false), 16);
}

TEST(Cut, OfDiesIsTheLinksBetweenThem) {
  machine::FabricDescription fabric = mesh(2, 2, 4096);
  fabric.topology.dies = 2;
  fabric.topology.offdie.ports = 4;
  fabric.topology.offdie.gb_s_per_port = 10;
  const machine::Topology topology(fabric);
  const double bytes_per_cycle = 4 * fabric.bytes_per_cycle(10);
  EXPECT_NEAR(halves_bytes_per_cycle(topology, 8, false), bytes_per_cycle, 0.01);
}

}  // namespace
}  // namespace weft::mapper
