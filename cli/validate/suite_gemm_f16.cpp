// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/gpu_pool.h"
#include "cli/validate/suites.h"
#include "mapper/gpu/tensor_rate.h"

namespace weft::cli::validate {

namespace {

/// Products of halves on the tensor cores; the mapper chooses the tile.
class GemmF16Suite : public Suite {
 public:
  explicit GemmF16Suite(const SuiteContext& context) : pool_(context) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "m", "n", "k", "dtype", "latency_ms"};
  }
  std::string group_column() const override { return "gpu"; }
  std::string quantity() const override { return "latency_ms"; }

  Job read(const base::CsvRow& row) override {
    sim::GpuMachine* gpu = pool_.of_row(row);
    using program::MathType;
    const MathType math =
        row.choice<MathType>("dtype", {{"f16", MathType::Fp16}, {"bf16", MathType::Bf16}});
    mapper::ContractionShape shape =
        half_shape(row.has("batch") ? row.integer("batch", 1, kMostOfAnything) : 1,
                   row.integer("m", 1, kMostOfAnything), row.integer("n", 1, kMostOfAnything),
                   row.integer("k", 1, kMostOfAnything));
    shape.math = math;
    const double measured_ms = row.positive_number("latency_ms");
    return [=] { return predict(*gpu, shape, measured_ms); };
  }

  bool configure(const std::string& gpu, const std::vector<std::string>& settings) override {
    pool_.configure(gpu, settings);
    return true;
  }

 private:
  static Prediction predict(sim::GpuMachine& gpu, mapper::ContractionShape shape,
                            double measured_ms) {
    const machine::GpuDescription& description = gpu.description();
    if (mapper::tensor_rate(description.sm.tensor.fma_per_cycle, shape.math) <= 0) {
      // Libraries multiply such halves in fp32 on the ordinary pipes.
      shape.tensor_cores = false;
      shape.math = program::MathType::Fp32;
    }
    const mapper::TileChoice tile = default_tile(description, shape);
    const double seconds = simulate_s(gpu, shape, tile) + kFp16FrameworkS;
    const GemmWork work{shape.batch, shape.m, shape.n, shape.k, 2};
    const GpuRates rates = fp16_rates(description);
    const double roof = roofline_s(rates, work.flops(), work.compulsory_bytes());
    const double waves = best_tilewave_s(rates, work, kFp16LaunchS);
    return {.main = Comparison{measured_ms, seconds * 1e3},
            .error_percent = std::nullopt,
            .beside = {{Figure::Roofline, {measured_ms, roof * 1e3}},
                       {Figure::Tilewave, {measured_ms, waves * 1e3}}}};
  }

  GpuPool pool_;
};

}  // namespace

std::unique_ptr<Suite> make_gemm_f16_suite(const SuiteContext& context) {
  return std::make_unique<GemmF16Suite>(context);
}

}  // namespace weft::cli::validate
