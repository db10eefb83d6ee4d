// SPDX-License-Identifier: Apache-2.0
// No floor of a tile kernel exceeds its simulated time.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/random.h"
#include "cli/model_judge.h"
#include "mapper/roles.h"
#include "mapper/search/gpu_model.h"
#include "sim/gpu/gpu_machine.h"
#include "tests/support/gpu_kernels.h"

namespace weft::tests::gpu_floors {
namespace {

/// One machine for a process, since SystemC elaborates once.
sim::GpuMachine& machine(const char* name) {
  static sim::GpuMachine machine(testing_support::load_gpu(name, {"sms=12"}));
  return machine;
}

std::string extent(int64_t most) {
  return std::to_string(*rc::gen::resize(100, rc::gen::inRange<int64_t>(1, most)) * 4);
}

/// A random mapping that meets the constraints, without tables of all that there are; nothing where
/// no draw did.
std::optional<mapper::Point> drawn_mapping(const mapper::Mapspace& space,
                                           const mapper::CostModel& model) {
  constexpr int kDraws = 500;
  base::Xoshiro256 random(*rc::gen::arbitrary<uint64_t>());
  for (int draw = 0; draw < kDraws; ++draw) {
    mapper::Point point;
    for (const mapper::Decision& decision : space.decisions())
      point.push_back(static_cast<uint16_t>(random.below(decision.values.size())));
    const bool meets = std::ranges::all_of(model.constraints, [&](const auto& constraint) {
      return constraint.broken(point).empty();
    });
    if (meets) return point;
  }
  return std::nullopt;
}

double floor_s(const mapper::Floor& floor, const mapper::Point& point) {
  double seconds = floor.base_s;
  for (const mapper::Term& term : floor.terms) seconds += term.value(point);
  return seconds;
}

void check_floors(const char* gpu_name, const std::string& kernel_name,
                  const testing_support::Params& params) {
  sim::GpuMachine& gpu = machine(gpu_name);
  base::Diagnostics diagnostics;
  ir::Kernel open = testing_support::load_kernel(kernel_name, params);
  mapper::choose_roles(open, {"gpu", gpu.description()});
  const mapper::Mapspace space(std::move(open), diagnostics);
  cli::ModelJudge judge(gpu.description());
  const mapper::CostModel model = gpu_model(space, gpu.description(), &judge, diagnostics);
  diagnostics.throw_if_any();
  const auto point = drawn_mapping(space, model);
  RC_PRE(point.has_value());
  ir::Kernel kernel = space.fill(*point);
  const mapper::GpuMapping mapping =
      mapper::lower_contractions(kernel, gpu.description(), diagnostics);
  const program::GridProgram program = mapper::compile_mapping(mapping, diagnostics);
  diagnostics.throw_if_any();
  const double time_s = gpu.run(program).time_s;
  for (const mapper::Floor& floor : model.floors) {
    const double least_s = floor_s(floor, *point);
    if (least_s > time_s) RC_LOG(floor.name + " " + std::to_string(least_s / time_s));
    RC_ASSERT(least_s <= time_s);
  }
}

void check_product(const char* gpu_name, const std::string& kernel_name) {
  const std::string type = *rc::gen::element<std::string>("f16", "f32");
  testing_support::Params params = {{"M", extent(500)}, {"N", extent(500)}, {"K", extent(300)}};
  if (kernel_name == "gemm") params["dtype"] = type;
  check_floors(gpu_name, kernel_name, params);
}

RC_GTEST_PROP(GpuFloors, NeverExceedATileKernelOnHopper, ()) {
  check_product("h200", "gemm");
}

RC_GTEST_PROP(GpuFloors, NeverExceedATileKernelOnAmpere, ()) {
  check_product("a100-sxm-80gb", "gemm");
}

RC_GTEST_PROP(GpuFloors, NeverExceedATileKernelOnTuring, ()) {
  check_product("t4", "gemm");
}

RC_GTEST_PROP(GpuFloors, NeverExceedASparseTileKernel, ()) {
  check_product("a40", "gemm24");
}

RC_GTEST_PROP(GpuFloors, NeverExceedStatementsThatShareALaunch, ()) {
  check_floors("h200", "lowrank",
               {{"tokens", extent(300)}, {"M", extent(200)}, {"K", extent(200)}, {"R", "64"}});
}

}  // namespace
}  // namespace weft::tests::gpu_floors
