// SPDX-License-Identifier: Apache-2.0
// No floor of a tile kernel exceeds its simulated time.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "cli/model_judge.h"
#include "mapper/roles.h"
#include "mapper/search/bounds.h"
#include "mapper/search/gpu_model.h"
#include "sim/gpu/gpu_machine.h"
#include "tests/property/search/arbitrary_point.h"
#include "tests/support/gpu_kernels.h"

namespace weft::tests {
namespace {

/// One machine for a process, since SystemC elaborates once.
sim::GpuMachine& machine(const char* name) {
  static sim::GpuMachine machine(testing_support::load_gpu(name, {"sms=12"}));
  return machine;
}

std::string extent(int64_t most) {
  return std::to_string(*rc::gen::resize(100, rc::gen::inRange<int64_t>(1, most)) * 4);
}

void check_floors(const char* gpu_name, const std::string& kernel_name) {
  sim::GpuMachine& gpu = machine(gpu_name);
  const std::string type = *rc::gen::element<std::string>("f16", "f32");
  testing_support::Params params = {{"M", extent(500)}, {"N", extent(500)}, {"K", extent(300)}};
  if (kernel_name == "gemm") params["dtype"] = type;
  base::Diagnostics diagnostics;
  ir::Kernel open = testing_support::load_kernel(kernel_name, params);
  mapper::choose_roles(open, {"gpu", gpu.description()});
  const mapper::Mapspace space(std::move(open), diagnostics);
  cli::ModelJudge judge(gpu.description());
  const mapper::CostModel model = gpu_model(space, gpu.description(), &judge, diagnostics);
  diagnostics.throw_if_any();
  const mapper::Bounds bounds(space, model);
  const auto point = arbitrary_mapping(space, bounds);
  RC_PRE(point.has_value());
  ir::Kernel kernel = space.fill(*point);
  const mapper::GpuMapping mapping =
      mapper::lower_contractions(kernel, gpu.description(), diagnostics);
  const program::GridProgram program = mapper::compile_mapping(mapping, diagnostics);
  diagnostics.throw_if_any();
  const double time_s = gpu.run(program).time_s;
  const std::vector<double> floors = bounds.floors(*point, point->size());
  RC_TAG(model.floors[bounds.bound(*point, point->size()).floor].name);
  for (size_t i = 0; i < floors.size(); ++i) {
    if (floors[i] > time_s)
      RC_LOG(model.floors[i].name + " " + std::to_string(floors[i] / time_s) + " " +
             program.launches.front().name);
    RC_ASSERT(floors[i] <= time_s);
  }
}

RC_GTEST_PROP(GpuFloors, NeverExceedATileKernelOnHopper, ()) {
  check_floors("h200", "gemm");
}

RC_GTEST_PROP(GpuFloors, NeverExceedATileKernelOnAmpere, ()) {
  check_floors("a100-sxm-80gb", "gemm");
}

RC_GTEST_PROP(GpuFloors, NeverExceedATileKernelOnTuring, ()) {
  check_floors("t4", "gemm");
}

RC_GTEST_PROP(GpuFloors, NeverExceedASparseTileKernel, ()) {
  check_floors("a40", "gemm24");
}

}  // namespace
}  // namespace weft::tests
