// SPDX-License-Identifier: Apache-2.0
// No floor of a sparse product exceeds its simulated time on a fabric.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "kernels/ir/library.h"
#include "kernels/tensor/source.h"
#include "mapper/compile/emit.h"
#include "mapper/lower_spgemm.h"
#include "mapper/search/bounds.h"
#include "mapper/search/fabric_model.h"
#include "sim/fabric/fabric_machine.h"
#include "sim/machine/load_machine.h"
#include "tests/property/search/arbitrary_point.h"
#include "tests/support/in_child.h"

namespace weft::tests::fabric_floors {
namespace {

using mapper::Point;

const std::filesystem::path kRoot = WEFT_SOURCE_DIR;

machine::FabricDescription load_fabric(const std::string& name,
                                       const std::vector<std::string>& settings) {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {kRoot / "configs/machines"};
  const machine::MachineDescription machine =
      machine::load_machine(name, settings, folders, diagnostics);
  diagnostics.throw_if_any();
  return machine.fabric();
}

ir::Kernel load_space(const std::string& name, const tensor::CsrMatrix& a,
                      const tensor::CsrMatrix& b) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel =
      ir::load_kernel((kRoot / "configs/mapspaces" / name).string(), {}, diagnostics);
  set_params(kernel, {{"M", a.rows}, {"K", a.cols}, {"N", b.cols}}, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

tensor::CsrMatrix arbitrary_matrix() {
  if (*rc::gen::inRange(0, 3) == 0) {
    return tensor::load_source("banded:n=" + std::to_string(*rc::gen::inRange(20, 600)) +
                               ",half_bandwidth=4,seed=1")
        .matrix;
  }
  const int scale = *rc::gen::resize(100, rc::gen::inRange(4, 9));
  const int edges = *rc::gen::resize(100, rc::gen::inRange(1, 12)) << scale;
  const std::string spec = "rmat:scale=" + std::to_string(scale) +
                           ",edges=" + std::to_string(edges) +
                           ",seed=" + std::to_string(*rc::gen::inRange(1, 1000));
  return tensor::load_source(spec).matrix;
}

/// A random mapping of the space, simulated in a process of its own.
void check_floors(const machine::FabricDescription& fabric, const std::string& space_file) {
  const tensor::CsrMatrix a = arbitrary_matrix();
  const mapper::SpgemmHistogram histogram(a, a);
  base::Diagnostics diagnostics;
  const mapper::Mapspace space(load_space(space_file, a, a), diagnostics);
  const mapper::CostModel model = fabric_model(space, fabric, histogram);
  const mapper::Bounds bounds(space, model);
  const auto mapping = arbitrary_mapping(space, bounds);
  RC_PRE(mapping.has_value());
  const Point& point = *mapping;
  ir::Kernel kernel = space.fill(point);
  const mapper::FabricTarget target = mapper::fabric_target(fabric);
  mapper::fill_by_bounds(kernel, target, a.cols, diagnostics);
  const mapper::SpgemmPlan plan = mapper::lower_spgemm(kernel, target, diagnostics);
  diagnostics.throw_if_any();
  const mapper::CompiledKernel compiled = mapper::compile_spgemm(plan, target, histogram.operands);
  const double time_s = in_child([&] {
    sim::FabricMachine machine(fabric, std::nullopt);
    return static_cast<double>(machine.run(compiled.program).cycles) * 1e-9 / fabric.clock_ghz;
  });
  const std::vector<double> floors = bounds.floors(point, point.size());
  for (size_t i = 0; i < floors.size(); ++i) {
    if (floors[i] > time_s) RC_LOG(model.floors[i].name + " " + std::to_string(floors[i] / time_s));
    RC_ASSERT(floors[i] <= time_s);
  }
  for (size_t depth = 0; depth < point.size(); ++depth) {
    RC_ASSERT(bounds.bound(point, depth).seconds <= bounds.bound(point, depth + 1).seconds);
  }
}

RC_GTEST_PROP(FabricFloors, NeverExceedAWindowedProductOnOneCore, ()) {
  check_floors(load_fabric("piuma-smash", {"core.spad.bytes=256KiB"}), "smash_open.yaml");
}

RC_GTEST_PROP(FabricFloors, NeverExceedAWindowedProductOnADie, ()) {
  check_floors(load_fabric("piuma-die", {}), "smash_open.yaml");
}

RC_GTEST_PROP(FabricFloors, NeverExceedARowWiseProductOnOneCore, ()) {
  check_floors(load_fabric("piuma-smash", {"core.mtc.threads=4"}), "spgemm_row_open.yaml");
}

RC_GTEST_PROP(FabricFloors, NeverExceedARowWiseProductOnADie, ()) {
  check_floors(load_fabric("piuma-die", {}), "spgemm_row_open.yaml");
}

RC_GTEST_PROP(FabricFloors, NeverExceedAProductWhereverItsTensorsLie, ()) {
  // Links so narrow that they bind.
  const machine::FabricDescription fabric =
      load_fabric("piuma-die", {"core.mtc.threads=8", "topology.mesh.link_bytes_per_cycle=1"});
  const bool windows = *rc::gen::arbitrary<bool>();
  check_floors(fabric, windows ? "smash_place_open.yaml" : "spgemm_place_open.yaml");
}

}  // namespace
}  // namespace weft::tests::fabric_floors
