// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/gpu_pool.h"
#include "cli/validate/suites.h"
#include "mapper/gpu/exact_tile.h"

namespace weft::cli::validate {

namespace {

constexpr int64_t kMostThreadsAcross = 32;
/// The first launch of a program, which is the one that such tables time, loads its code: the
/// smallest products of the study take this long with any tile.
constexpr double kFirstLaunchMs = 5.5;
/// Around the product the process fills matrices, copies and checks them. Seconds for each byte of
/// the three, and the watts of the card meanwhile. Fitted: docs/deviations.md.
constexpr double kHostSecondsPerByte = 1.6e-9;
constexpr double kHostWatts = 44;

enum class Quantity { Milliseconds, ProcessWatts };

/// fp32 products whose threads compute one element each, in blocks of tile x tile threads. A row
/// says which of two quantities was measured: the time of the product, or the mean power of the
/// card over the life of the process.
class NaiveSuite : public Suite {
 public:
  explicit NaiveSuite(const SuiteContext& context) : pool_(context) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "curve", "M", "N", "K", "tile", "unit", "measured"};
  }
  std::string group_column() const override { return "gpu"; }
  std::optional<std::string> curve_column() const override { return "curve"; }
  std::string curve_position_column() const override { return "tile"; }
  std::string quantity() const override { return "measured"; }

  Job read(const base::CsvRow& row) override {
    sim::GpuMachine* gpu = pool_.of_row(row);
    mapper::ContractionShape shape;
    shape.m = row.integer("M", 1, kMostOfAnything);
    shape.n = row.integer("N", 1, kMostOfAnything);
    shape.k = row.integer("K", 1, kMostOfAnything);
    const int64_t tile = row.integer("tile", 1, kMostThreadsAcross);
    const auto quantity = row.choice<Quantity>(
        "unit", {{"ms", Quantity::Milliseconds}, {"process_w", Quantity::ProcessWatts}});
    const double measured = row.positive_number("measured");
    return [=] { return predict(*gpu, shape, tile, quantity, measured); };
  }

  bool configure(const std::string& gpu, const std::vector<std::string>& settings) override {
    pool_.configure(gpu, settings);
    return true;
  }

 private:
  static Prediction predict(sim::GpuMachine& gpu, const mapper::ContractionShape& shape,
                            int64_t size, Quantity quantity, double measured) {
    mapper::TileSizes sizes{size, size, size, 1};
    sizes.thread_each = true;
    program::GridProgram program;
    program.launches.push_back(
        mapper::tile_launch("naive", shape, mapper::exact_tile(shape, gpu.description(), sizes)));
    const sim::GpuRun run = gpu.run(program);
    const double ms = 1e3 * run.time_s + kFirstLaunchMs;
    const double predicted = quantity == Quantity::Milliseconds ? ms : process_watts(run, shape);
    return {.main = Comparison{measured, predicted}, .error_percent = {}, .beside = {}};
  }

  static double process_watts(const sim::GpuRun& run, const mapper::ContractionShape& shape) {
    const auto elements =
        static_cast<double>(shape.m * shape.k + shape.k * shape.n + shape.m * shape.n);
    const double host_s = kHostSecondsPerByte * shape.a_bytes * elements;
    return (run.power_w * run.time_s + kHostWatts * host_s) / (run.time_s + host_s);
  }

  GpuPool pool_;
};

}  // namespace

std::unique_ptr<Suite> make_naive_suite(const SuiteContext& context) {
  return std::make_unique<NaiveSuite>(context);
}

}  // namespace weft::cli::validate
