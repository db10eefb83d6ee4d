// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/gpu_pool.h"
#include "cli/validate/suites.h"

namespace weft::cli::validate {

namespace {

/// Bytes of an element of a 2:4 operand of halves: half the values are kept, and each kept one has
/// two bits that say where it stood.
constexpr double kSparseHalfBytes = 0.5 * (2 + 2.0 / 8);

/// Products of halves with a 2:4 operand A beside the same with a dense one.
class Sparse24Suite : public Suite {
 public:
  explicit Sparse24Suite(const SuiteContext& context) : pool_(context) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "m", "n", "k", "dtype", "sparse24_ms", "dense_ms"};
  }
  std::string group_column() const override { return "gpu"; }
  std::string quantity() const override { return "sparse24_ms"; }

  Job read(const base::CsvRow& row) override {
    sim::GpuMachine* gpu = pool_.of_row(row);
    using program::MathType;
    const MathType math =
        row.choice<MathType>("dtype", {{"f16", MathType::Fp16}, {"bf16", MathType::Bf16}});
    mapper::ContractionShape dense =
        half_shape(1, row.integer("m", 1, kMostOfAnything), row.integer("n", 1, kMostOfAnything),
                   row.integer("k", 1, kMostOfAnything));
    dense.math = math;
    const double sparse_ms = row.positive_number("sparse24_ms");
    const double dense_ms = row.positive_number("dense_ms");
    return [=] { return predict(*gpu, dense, sparse_ms, dense_ms); };
  }

  bool configure(const std::string& gpu, const std::vector<std::string>& settings) override {
    pool_.configure(gpu, settings);
    return true;
  }

 private:
  static Prediction predict(sim::GpuMachine& gpu, const mapper::ContractionShape& dense,
                            double sparse_ms, double dense_ms) {
    const machine::GpuDescription& description = gpu.description();
    if (description.sm.tensor.sparse_factor <= 1) {
      throw base::UserError(description.name + " has no tensor cores for 2:4 operands");
    }
    mapper::ContractionShape sparse = dense;
    sparse.sparse_a = true;
    sparse.a_bytes = kSparseHalfBytes;
    const auto time_ms = [&](const mapper::ContractionShape& shape) {
      return 1e3 * (simulate_s(gpu, shape, default_tile(description, shape)) + kFp16FrameworkS);
    };
    const double predicted_sparse_ms = time_ms(sparse);
    const double predicted_dense_ms = time_ms(dense);
    const GemmWork work{1, dense.m, dense.n, dense.k, 2};
    GpuRates rates = fp16_rates(description);
    rates.fma_per_clk_per_sm *= 2;
    const double roof = roofline_s(rates, work.flops(), work.compulsory_bytes());
    const double waves = best_tilewave_s(rates, work, kFp16LaunchS);
    return {.main = Comparison{sparse_ms, predicted_sparse_ms},
            .error_percent = std::nullopt,
            .beside = {{Figure::Roofline, {sparse_ms, roof * 1e3}},
                       {Figure::Tilewave, {sparse_ms, waves * 1e3}},
                       {Figure::Dense, {dense_ms, predicted_dense_ms}},
                       {Figure::Speedup,
                        {dense_ms / sparse_ms, predicted_dense_ms / predicted_sparse_ms}}}};
  }

  GpuPool pool_;
};

}  // namespace

std::unique_ptr<Suite> make_sparse24_suite(const SuiteContext& context) {
  return std::make_unique<Sparse24Suite>(context);
}

}  // namespace weft::cli::validate
