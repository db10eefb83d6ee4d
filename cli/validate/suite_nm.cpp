// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cli/validate/gpu_pool.h"
#include "cli/validate/suites.h"

namespace weft::cli::validate {

namespace {

/// From this sparsity on, kernels gather the columns of A that a block of B needs before they stage
/// them; below, they stage all.
constexpr double kPackedFrom = 0.6;

/// fp32 products on the ordinary pipes whose B is pruned N:M along k, with the skipped work counted
/// in the table's rate. Rows of sparsity 0 are dense.
class NmSuite : public Suite {
 public:
  explicit NmSuite(const SuiteContext& context) : pool_(context) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "kernel", "sparsity", "M", "N", "K", "effective_TFLOPS"};
  }
  std::string group_column() const override { return "gpu"; }
  std::string quantity() const override { return "latency_ms"; }

  Job read(const base::CsvRow& row) override {
    sim::GpuMachine* gpu = pool_.of_row(row);
    mapper::ContractionShape shape;
    shape.m = row.integer("M", 1, kMostOfAnything);
    shape.n = row.integer("N", 1, kMostOfAnything);
    shape.k = row.integer("K", 1, kMostOfAnything);
    const double sparsity = row.number("sparsity");
    if (sparsity < 0 || sparsity >= 1) row.report("sparsity", "expected a part of 1, 0 included");
    const double tflops = row.positive_number("effective_TFLOPS");
    return [=] { return predict(*gpu, shape, sparsity, tflops); };
  }

  bool configure(const std::string& gpu, const std::vector<std::string>& settings) override {
    pool_.configure(gpu, settings);
    return true;
  }

 private:
  /// The product over the kept part of k: every kept row of B meets the column of A that its index
  /// names.
  static mapper::ContractionShape pruned(mapper::ContractionShape shape, double sparsity) {
    if (sparsity <= 0) return shape;
    const double kept = 1 - sparsity;
    shape.k = std::max<int64_t>(1, std::llround(static_cast<double>(shape.k) * kept));
    shape.pruned_b = true;
    shape.a_staged = sparsity < kPackedFrom ? 1 / kept : 1;
    return shape;
  }

  static Prediction predict(sim::GpuMachine& gpu, const mapper::ContractionShape& dense,
                            double sparsity, double tflops) {
    const machine::GpuDescription& description = gpu.description();
    const double measured_ms = 2e3 * dense.multiply_adds() / (tflops * 1e12);
    const mapper::ContractionShape shape = pruned(dense, sparsity);
    const double seconds = simulate_s(gpu, shape, default_tile(description, shape));
    const GemmWork work{1, shape.m, shape.n, shape.k, 4};
    const GpuRates rates = fp32_rates(description);
    const double roof = roofline_s(rates, work.flops(), work.compulsory_bytes());
    return {.main = Comparison{measured_ms, seconds * 1e3},
            .error_percent = std::nullopt,
            .beside = {{Figure::Roofline, {measured_ms, roof * 1e3}},
                       {Figure::Tilewave,
                        {measured_ms, best_tilewave_s(rates, work, kFp32LaunchS) * 1e3}}}};
  }

  GpuPool pool_;
};

}  // namespace

std::unique_ptr<Suite> make_nm_suite(const SuiteContext& context) {
  return std::make_unique<NmSuite>(context);
}

}  // namespace weft::cli::validate
