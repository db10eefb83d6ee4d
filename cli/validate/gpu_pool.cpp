// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/gpu_pool.h"

#include <vector>

#include "cli/model_judge.h"
#include "sim/machine/device_names.h"
#include "sim/machine/load_machine.h"

namespace weft::cli::validate {

std::optional<std::string> preset_of_row(const base::CsvRow& row,
                                         const std::filesystem::path& folder) {
  const std::vector<std::filesystem::path> folders = {folder};
  base::Diagnostics unknown;
  const std::string name = machine::find_machine_by_device(row.text("gpu"), folders, unknown);
  if (unknown.empty()) return name;
  row.report("gpu", unknown.messages().front());
  return std::nullopt;
}

machine::GpuDescription load_preset(const std::string& name,
                                    const std::vector<std::string>& settings,
                                    const std::filesystem::path& folder) {
  const std::vector<std::filesystem::path> folders = {folder};
  base::Diagnostics defects;
  const machine::MachineDescription description =
      machine::load_machine(name, settings, folders, defects);
  defects.throw_if_any();
  return description.gpu();
}

mapper::ContractionShape half_shape(int64_t batch, int64_t m, int64_t n, int64_t k) {
  mapper::ContractionShape shape;
  shape.batch = batch;
  shape.m = m;
  shape.n = n;
  shape.k = k;
  shape.math = program::MathType::Fp16;
  shape.tensor_cores = true;
  shape.a_bytes = shape.b_bytes = shape.c_bytes = 2;
  return shape;
}

mapper::TileChoice default_tile(const machine::GpuDescription& gpu,
                                const mapper::ContractionShape& shape) {
  ModelJudge judge(gpu);
  return mapper::choose_tile(shape, gpu, nullptr, &judge);
}

double simulate_s(sim::GpuMachine& gpu, const mapper::ContractionShape& shape,
                  const mapper::TileChoice& tile) {
  program::GridProgram program;
  program.launches.push_back(mapper::tile_launch("product", shape, tile));
  return gpu.run(program).time_s;
}

namespace {

GpuRates rates(const machine::GpuDescription& gpu, double fma_per_cycle) {
  return {gpu.sms, gpu.clock.boost_ghz, fma_per_cycle, gpu.dram.peak_gb_s};
}

}  // namespace

GpuRates fp32_rates(const machine::GpuDescription& gpu) {
  return rates(gpu, gpu.sm.pipes.fp32_lanes);
}

GpuRates fp16_rates(const machine::GpuDescription& gpu) {
  const double tensor = gpu.sm.tensor.fma_per_cycle.fp16;
  return rates(gpu, tensor > 0 ? tensor : gpu.sm.pipes.fp16_fma_per_cycle);
}

}  // namespace weft::cli::validate
