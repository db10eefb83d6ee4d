// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/documents.h"
#include "cli/validate/gpu_pool.h"
#include "cli/validate/suites.h"
#include "kernels/ir/library.h"
#include "kernels/tensor/source.h"
#include "kernels/tensor/spgemm_count.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "sim/gpu/row_machine.h"

namespace weft::cli::validate {

namespace {

constexpr const char* kKernel = "spgemm_row_hash";

/// The kernel of the library, its holes filled for the machine.
mapper::RowSpgemmPlan library_plan(const machine::GpuDescription& gpu) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = ir::load_kernel(kKernel, kernel_folders(), diagnostics);
  diagnostics.throw_if_any();
  mapper::fill_row_spgemm(kernel, diagnostics);
  mapper::RowSpgemmPlan plan = mapper::lower_row_spgemm(kernel, gpu, diagnostics);
  diagnostics.throw_if_any();
  return plan;
}

/// C = A A (or A A^T) in double, against the faster of two libraries. Rows whose matrix is not at
/// hand are skipped.
class SpgemmSuite : public Suite {
 public:
  explicit SpgemmSuite(const SuiteContext& context) : pool_(context), matrices_(context.matrices) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "matrix", "opsparse_ms", "speck_ms"};
  }
  std::string group_column() const override { return "gpu"; }
  std::string quantity() const override { return "latency_ms"; }

  Job read(const base::CsvRow& row) override {
    const std::string name = row.text("matrix");
    const std::optional<double> measured_ms = faster(row);
    const std::filesystem::path file = find_matrix(name);
    if (!measured_ms) return Skipped{"neither library has a time"};
    if (file.empty()) return Skipped{fmt::format("no file of {}", name)};
    sim::RowMachine* gpu = pool_.of_row(row);
    return [=] { return predict(*gpu, file, *measured_ms); };
  }

 private:
  /// The smaller time of those that are there; that of a failed run is empty or 0.
  static std::optional<double> faster(const base::CsvRow& row) {
    std::optional<double> best;
    for (const char* column : {"opsparse_ms", "speck_ms"}) {
      if (!row.has(column)) continue;
      const double ms = row.number(column);
      if (ms > 0) best = std::min(ms, best.value_or(ms));
    }
    return best;
  }

  /// The matrix's file; an empty path where there is none.
  std::filesystem::path find_matrix(const std::string& name) const {
    for (const char* ending : {".mtx.gz", ".mtx"}) {
      std::filesystem::path file = matrices_ / (name + ending);
      if (!matrices_.empty() && std::filesystem::exists(file)) return file;
    }
    return {};
  }

  static Prediction predict(sim::RowMachine& gpu, const std::filesystem::path& file,
                            double measured_ms) {
    const tensor::ProductOperands operands = tensor::load_product_operands(file.string());
    const machine::GpuDescription& description = gpu.description();
    mapper::RowSpgemm program(library_plan(description), description, operands.a->matrix,
                              operands.b->matrix);
    const sim::GpuRun run = gpu.run(program);
    const tensor::SpgemmWork work = tensor::count_spgemm(operands.a->matrix, operands.b->matrix);
    const GpuRates rates{description.sms, description.clock.boost_ghz,
                         static_cast<double>(description.sm.pipes.fp64_lanes),
                         description.dram.peak_gb_s};
    const double roof = roofline_s(rates, static_cast<double>(work.flops),
                                   static_cast<double>(work.compulsory_bytes));
    return {.main = Comparison{measured_ms, run.time_s * 1e3},
            .error_percent = std::nullopt,
            .beside = {{Figure::Roofline, {measured_ms, roof * 1e3}}}};
  }

  DevicePool<sim::RowMachine> pool_;
  std::filesystem::path matrices_;
};

}  // namespace

std::unique_ptr<Suite> make_spgemm_suite(const SuiteContext& context) {
  return std::make_unique<SpgemmSuite>(context);
}

}  // namespace weft::cli::validate
