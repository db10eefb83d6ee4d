// SPDX-License-Identifier: Apache-2.0
// No floor of launches whose CTAs differ by the data exceeds their simulated time.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "kernels/ir/holes.h"
#include "kernels/ir/library.h"
#include "kernels/tensor/source.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/gpu/rows/one_launch.h"
#include "mapper/gpu/rows/spmm_rows.h"
#include "mapper/roles.h"
#include "mapper/search/walk/row_floors.h"
#include "tests/support/gpu_nest.h"

namespace weft::tests::row_floors {
namespace {

using Params = std::map<std::string, int64_t>;

int64_t some(int64_t most) {
  return *rc::gen::resize(100, rc::gen::inRange<int64_t>(1, most));
}

/// A kernel of the library at a small size, each hole with one of its choices.
ir::Kernel arbitrary_kernel(const std::string& name, const Params& params) {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {std::filesystem::path(WEFT_SOURCE_DIR) /
                                                      "kernels/library"};
  ir::Kernel kernel = ir::load_kernel(name, folders, diagnostics);
  mapper::choose_roles(kernel, gpu_machine());
  ir::set_params(kernel, params, diagnostics);
  for (const ir::Hole& hole : ir::holes(kernel)) {
    if (!hole.options.empty())
      ir::fill_hole(kernel, hole.path, *rc::gen::elementOf(hole.options), diagnostics);
  }
  diagnostics.throw_if_any();
  return kernel;
}

void check_floors(program::RowProgram& program) {
  const machine::GpuDescription& gpu = sm_array().description();
  const mapper::RowFloors floors = mapper::row_floors(program, gpu);
  const double time_s = sm_array().run(program).time_s;
  const std::pair<const char*, double> named[] = {
      {"math", floors.math},       {"issue", floors.issue}, {"shared", floors.shared},
      {"l2", floors.l2},           {"dram", floors.dram},   {"atomics", floors.atomics},
      {"latency", floors.latency}, {"positive", 1e-12}};
  for (const auto& [name, floor_s] : named) {
    if (floor_s > time_s) RC_LOG(std::string(name) + " " + std::to_string(floor_s / time_s));
    RC_ASSERT(floor_s > 0);
    RC_ASSERT(floor_s <= time_s);
  }
}

RC_GTEST_PROP(RowFloors, NeverExceedLoopNests, ()) {
  static const std::vector<std::pair<std::string, std::vector<std::string>>> kKernels = {
      {"spmm", {"M", "K"}},       {"spmv", {"M", "K"}},
      {"sddmm", {"M", "N"}},      {"householder", {"reflections", "D", "columns"}},
      {"butterfly", {"vectors"}}, {"ssm_scan", {"T", "channels", "states"}}};
  const auto& [name, sizes] = *rc::gen::elementOf(kKernels);
  Params params;
  for (const std::string& size : sizes) params[size] = some(90);
  const ir::Kernel kernel = arbitrary_kernel(name, params);
  base::Diagnostics diagnostics;
  mapper::NestTensors tensors(kernel, with_random(kernel, {}), diagnostics);
  const mapper::NestTarget target = mapper::nest_target(sm_array().description());
  mapper::NestRows program(kernel, target, tensors, diagnostics);
  RC_PRE(diagnostics.empty());
  RC_TAG(name);
  check_floors(program);
}

tensor::CsrMatrix arbitrary_matrix() {
  const int64_t scale = some(5) + 4;
  return tensor::load_source("rmat:scale=" + std::to_string(scale) +
                             ",edges=" + std::to_string(some(12) << scale) +
                             ",seed=" + std::to_string(some(1000)))
      .matrix;
}

RC_GTEST_PROP(RowFloors, NeverExceedAProductOfSparseMatrices, ()) {
  const tensor::CsrMatrix a = arbitrary_matrix();
  const std::string name = *rc::gen::element<std::string>("spgemm_row_hash", "spgemm_row_dense");
  ir::Kernel kernel = arbitrary_kernel(name, {{"M", a.rows}, {"K", a.cols}, {"N", a.cols}});
  base::Diagnostics diagnostics;
  const machine::GpuDescription& gpu = sm_array().description();
  mapper::fill_row_spgemm(kernel, diagnostics);
  const mapper::RowSpgemmPlan plan = mapper::lower_row_spgemm(kernel, gpu, diagnostics);
  RC_PRE(diagnostics.empty());
  mapper::RowSpgemm program(plan, gpu, a, a);
  check_floors(program);
}

RC_GTEST_PROP(RowFloors, NeverExceedASparseMatrixTimesADenseOne, ()) {
  const tensor::CsrMatrix a = arbitrary_matrix();
  const int64_t width = 32 * some(5);
  std::vector<float> x(static_cast<size_t>(a.cols * width), 1);
  std::vector<float> y(static_cast<size_t>(a.rows * width), 0);
  mapper::OneLaunch program(mapper::spmm_launch(a, x, width, y, {}));
  check_floors(program);
}

}  // namespace
}  // namespace weft::tests::row_floors
