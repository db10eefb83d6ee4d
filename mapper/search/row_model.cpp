// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/row_model.h"

#include <algorithm>

#include "mapper/gpu/rows/lower_dense.h"
#include "mapper/gpu/rows/lower_rows.h"

namespace weft::mapper {

CostModel row_model(const Mapspace& space, const machine::GpuDescription& gpu,
                    const RowWorkload& work) {
  CostModel model;
  const auto refusal = [&space, &gpu](const Point& point) {
    ir::Kernel kernel = space.fill(point);
    base::Diagnostics defects;
    if (row_kernel_of(kernel) == RowKernel::Spgemm) {
      fill_row_spgemm(kernel, defects);
      lower_row_spgemm(kernel, gpu, defects);
    } else {
      lower_dense_rows(kernel, defects);
    }
    return defects.empty() ? std::string() : defects.messages().front();
  };
  model.constraints = {
      {"words", space.decisions_where([](const std::string&) { return true; }), refusal}};
  const double start_s = gpu.launch.kernel_ns * 1e-9;
  const double hertz = gpu.clock.max_ghz * 1e9;
  const double lanes = work.fp64 ? gpu.sm.pipes.fp64_lanes : gpu.sm.pipes.fp32_lanes;
  const double math_s = work.products / (lanes * gpu.sms * hertz);
  const double dram_s = std::max(0.0, work.operand_bytes - static_cast<double>(gpu.l2.bytes)) /
                        (gpu.dram.peak_gb_s * 1e9);
  model.floors = {{"math", {{{}, [math_s](const Point&) { return math_s; }}}, start_s},
                  {"dram", {{{}, [dram_s](const Point&) { return dram_s; }}}, start_s}};
  return model;
}

}  // namespace weft::mapper
