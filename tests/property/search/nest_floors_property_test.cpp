// SPDX-License-Identifier: Apache-2.0
// No floor of a loop nest exceeds its simulated time on a fabric, and bounds rise along mappings.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "kernels/ir/library.h"
#include "mapper/nest/compile_nest.h"
#include "mapper/roles.h"
#include "mapper/search/bounds.h"
#include "mapper/search/nest_model.h"
#include "sim/fabric/fabric_machine.h"
#include "sim/machine/load_machine.h"
#include "tests/property/search/arbitrary_point.h"
#include "tests/support/in_child.h"
#include "tests/support/nest_machine.h"

namespace weft::tests::nest_floors {
namespace {

using Params = std::map<std::string, int64_t>;

const std::filesystem::path kRoot = WEFT_SOURCE_DIR;

machine::MachineDescription load_fabric(const std::string& name,
                                        const std::vector<std::string>& settings) {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {kRoot / "configs/machines"};
  machine::MachineDescription machine = machine::load_machine(name, settings, folders, diagnostics);
  diagnostics.throw_if_any();
  return machine;
}

int64_t some(int64_t most) {
  return *rc::gen::resize(100, rc::gen::inRange<int64_t>(1, most));
}

/// A kernel of the library at a small size, with its holes open.
ir::Kernel arbitrary_library_kernel(const machine::MachineDescription& machine) {
  static const std::vector<std::pair<std::string, std::vector<std::string>>> kKernels = {
      {"spmm_open", {"M", "K", "N"}},
      {"spmv_open", {"M", "K"}},
      {"sddmm", {"M", "N", "K"}},
      {"householder", {"reflections", "D", "columns"}},
      {"butterfly", {"vectors"}},
      {"ssm_scan", {"T", "channels", "states"}},
      {"ssm_scan_chunked", {"T", "channels"}}};
  const auto& [name, sizes] = *rc::gen::elementOf(kKernels);
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {kRoot / "kernels/library",
                                                      kRoot / "configs/mapspaces"};
  ir::Kernel kernel = ir::load_kernel(name, folders, diagnostics);
  mapper::choose_roles(kernel, machine);
  Params params;
  for (const std::string& size : sizes) params[size] = some(70);
  ir::set_params(kernel, params, diagnostics);
  diagnostics.throw_if_any();
  RC_TAG(name);
  return kernel;
}

/// A product cut, ordered, held and accumulated at random, of a sparse or a dense matrix.
ir::Kernel arbitrary_product() {
  std::vector<std::string> order = {"i1", "i0", "j1", "j0", "k1", "k0"};
  for (size_t last = order.size(); last > 1; --last)
    std::swap(order[last - 1], order[*rc::gen::inRange<size_t>(0, last)]);
  std::string loops;
  for (const std::string& loop : order) loops += (loops.empty() ? "" : ", ") + loop;
  const auto number = [](int64_t value) { return std::to_string(value); };
  const auto at = [&] { return order[*rc::gen::inRange<size_t>(0, 6)]; };
  const auto hold = [&](const std::string& name) {
    return name + ": {at: " + at() +
           ", in: spad, via: " + *rc::gen::element<std::string>("dma", "load") +
           ", buf: " + number(some(4)) + "}";
  };
  const bool outermost = *rc::gen::arbitrary<bool>() && order[0][0] != 'k';
  const std::string parallel =
      outermost ? order[0] : *rc::gen::element<std::string>("i1", "i0", "j1", "j0");
  std::string text = "kir: 1\nkernel: k\nparams: {I: " + number(some(50)) +
                     ", J: " + number(some(50)) + ", K: " + number(some(50)) +
                     "}\nindex: {i: I, j: J, k: K}\ntensors:\n"
                     "  A: {dims: [i, k], dtype: f64, levels: " +
                     *rc::gen::element<std::string>("['dense(i)', 'dense(k)']", "csr", "dcsr") +
                     "}\n  B: {dims: [k, j], dtype: f32, levels: ['dense(k)', 'dense(j)']}\n"
                     "  C: {dims: [i, j], dtype: f64, levels: ['dense(i)', 'dense(j)']}\n"
                     "compute:\n  - s: C[i,j] += A[i,k] * B[k,j]\nschedule:\n  s:\n"
                     "    split: {i: [i1, i0], j: [j1, j0], k: [k1, k0]}\n    tiles: {i0: " +
                     number(some(9)) + ", j0: " + number(some(9)) + ", k0: " + number(some(9)) +
                     "}\n    order: [" + loops + "]\n    par: {" + parallel + ": " +
                     *rc::gen::element<std::string>("thread", "core") + "}\n";
  // Handed out on demand where it is the outermost loop of threads.
  if (*rc::gen::arbitrary<bool>()) text += "    balance: {" + parallel + ": dynamic}\n";
  if (*rc::gen::arbitrary<bool>()) text += "    hold: {" + hold("A") + ", " + hold("B") + "}\n";
  if (*rc::gen::arbitrary<bool>()) text += "    accum: {C: {at: " + at() + ", kind: dense}}\n";
  base::Diagnostics diagnostics;
  ir::Kernel kernel = nest_kernel(text, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

/// Cycles of a mapping, simulated in a process of its own.
double simulated_s(ir::Kernel kernel, const machine::FabricDescription& fabric,
                   const einsum::Operands& operands) {
  base::Diagnostics diagnostics;
  mapper::NestTensors tensors(kernel, operands, diagnostics);
  const mapper::NestTarget target = mapper::nest_target(fabric);
  mapper::fill_nest_holes(kernel, target, tensors, diagnostics);
  const mapper::CompiledNest compiled(kernel, target, tensors, diagnostics);
  diagnostics.throw_if_any();
  return in_child([&] {
    sim::FabricMachine machine(fabric, std::nullopt);
    return static_cast<double>(machine.run(compiled.program()).cycles) * 1e-9 / fabric.clock_ghz;
  });
}

/// A random mapping of a kernel against its floors.
void check_floors(const machine::MachineDescription& machine, const ir::Kernel& kernel) {
  const machine::FabricDescription& fabric = machine.fabric();
  base::Diagnostics diagnostics;
  const einsum::Operands operands = with_random(kernel, {});
  const mapper::Mapspace space(kernel, diagnostics);
  mapper::NestTensors tensors(kernel, operands, diagnostics);
  diagnostics.throw_if_any();
  const mapper::CostModel model = nest_model(space, fabric, tensors);
  const mapper::Bounds bounds(space, model);
  const auto point = arbitrary_mapping(space, bounds);
  RC_PRE(point.has_value() && !bounds.broken(*point, point->size()));
  const double time_s = simulated_s(space.fill(*point), fabric, operands);
  const std::vector<double> floors = bounds.floors(*point, point->size());
  RC_ASSERT(floors.size() == 8U);
  for (size_t i = 0; i < floors.size(); ++i) {
    if (floors[i] > time_s) RC_LOG(model.floors[i].name + " " + std::to_string(floors[i] / time_s));
    RC_ASSERT(floors[i] <= time_s);
  }
  RC_ASSERT(bounds.bound(*point, point->size()).seconds > 0);
  for (size_t depth = 0; depth < point->size(); ++depth) {
    RC_ASSERT(bounds.bound(*point, depth).seconds <= bounds.bound(*point, depth + 1).seconds);
  }
}

RC_GTEST_PROP(NestFloors, NeverExceedALibraryKernelOnOneCore, ()) {
  const auto machine = load_fabric("piuma-smash", {"core.mtc.threads=4"});
  check_floors(machine, arbitrary_library_kernel(machine));
}

RC_GTEST_PROP(NestFloors, NeverExceedALibraryKernelOnADie, ()) {
  const auto machine = load_fabric("piuma-die", {"core.mtc.threads=4"});
  check_floors(machine, arbitrary_library_kernel(machine));
}

RC_GTEST_PROP(NestFloors, NeverExceedARandomProductOnOneCore, ()) {
  check_floors(load_fabric("piuma-smash", {"core.mtc.threads=4"}), arbitrary_product());
}

RC_GTEST_PROP(NestFloors, NeverExceedARandomProductOnADie, ()) {
  // Links so narrow and engines so small that they bind.
  check_floors(load_fabric("piuma-die", {"core.mtc.threads=4", "dma.outstanding=8",
                                         "topology.mesh.link_bytes_per_cycle=1"}),
               arbitrary_product());
}

}  // namespace
}  // namespace weft::tests::nest_floors
