// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "cli/validate/gpu_pool.h"
#include "cli/validate/kernel_name.h"
#include "cli/validate/suites.h"
#include "mapper/gpu/loop_work.h"
#include "sim/gpu/launch_estimate.h"

namespace weft::cli::validate {

namespace {

/// What the measuring framework adds to every call: its operator, the driver and the events around
/// the kernel, on top of an empty kernel's own time. Fitted once, on the short rows of both tables
/// (docs/deviations.md).
constexpr double kFp32FrameworkS = 20e-6;

/// The tile that the kernel's name and launch say.
mapper::TileChoice named_tile(const KernelName& name, const GemmTiling& tiling, int threads) {
  mapper::TileChoice tile;
  tile.m = name.tile_m;
  tile.n = name.tile_n;
  tile.slices = name.k_slices;
  tile.k = std::max(4, name.tile_k.value_or(8));
  tile.stages = name.stages.value_or(2);
  tile.split_k = tiling.splits;
  const int64_t usual = tile.m * tile.n * tile.slices / 64;
  tile.threads = threads > 0 ? threads : static_cast<int>(std::clamp<int64_t>(usual, 64, 256));
  tile.n_fastest = true;
  tile.swizzle = name.swizzled ? 8 : 1;
  return tile;
}

/// Usual tiles that are simulated to find the best of them.
constexpr size_t kSimulatedTiles = 4;

/// The time of the mapper's tile: of the usual ones that are expected to be fastest, the best, with
/// the grid walked along rows or columns.
double mapped_s(sim::GpuMachine& gpu, const mapper::ContractionShape& shape) {
  sim::LaunchEstimator estimator(gpu.description());
  std::vector<std::pair<double, mapper::TileChoice>> tiles;
  for (const mapper::TileChoice& tile : mapper::usual_tiles(shape, gpu.description())) {
    const program::Launch launch = mapper::tile_launch("tile", shape, tile);
    const int resident = mapper::occupancy_of(launch, gpu.description()).blocks_per_sm;
    if (resident > 0)
      tiles.emplace_back(estimator.seconds(launch, static_cast<unsigned>(resident)), tile);
  }
  std::ranges::stable_sort(tiles, {}, &std::pair<double, mapper::TileChoice>::first);
  double least_s = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < std::min(kSimulatedTiles, tiles.size()); ++i) {
    for (const bool n_fastest : {false, true}) {
      mapper::TileChoice tile = tiles[i].second;
      tile.n_fastest = n_fastest;
      least_s = std::min(least_s, simulate_s(gpu, shape, tile));
    }
  }
  return least_s;
}

/// What a suite of fp32 products compares.
enum class Compared {
  Measured,  // the simulated time with the measured one
  Tiles,     // the simulated time of the mapper's tile with that of the library's
};

/// fp32 products on the ordinary pipes: `bmm` with operands for each element of the batch, `linear`
/// with one weight.
class GemmF32Suite : public Suite {
 public:
  GemmF32Suite(const SuiteContext& context, Compared compared)
      : pool_(context), compared_(compared) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "m", "n", "k", "dtype", "latency_ms"};
  }
  std::string group_column() const override { return "gpu"; }
  std::string quantity() const override {
    return compared_ == Compared::Tiles ? "predicted_ms" : "latency_ms";
  }

  Job read(const base::CsvRow& row) override {
    sim::GpuMachine* gpu = pool_.of_row(row);
    row.choice<bool>("dtype", {{"f32", true}});
    const double measured_ms = row.positive_number("latency_ms");
    mapper::ContractionShape shape;
    const auto extent = [&](const char* column) { return row.integer(column, 1, kMostOfAnything); };
    shape.batch = row.has("batch") ? extent("batch") : 1;
    shape.m = extent("m");
    shape.n = extent("n");
    shape.k = extent("k");
    const Tiles tiles = read_tiles(row, shape);
    if (compared_ == Compared::Tiles)
      return [=]() -> Outcome { return compare_tiles(*gpu, shape, tiles); };
    return [=]() -> Outcome { return predict(*gpu, shape, tiles, measured_ms); };
  }

  bool configure(const std::string& gpu, const std::vector<std::string>& settings) override {
    pool_.configure(gpu, settings);
    return true;
  }

 private:
  /// What the row says of the tiles; nothing where the mapper has to choose.
  struct Tiles {
    std::optional<mapper::TileChoice> simulated;
    std::optional<GemmTiling> simple;
  };

  static GemmWork work_of(const mapper::ContractionShape& shape) {
    return {shape.batch, shape.m, shape.n, shape.k, 4};
  }

  static Tiles read_tiles(const base::CsvRow& row, const mapper::ContractionShape& shape) {
    if (!row.has("kernel")) return {};
    const std::optional<KernelName> name = parse_kernel_name(row.text("kernel"));
    if (!name) return {};
    const auto part = [&](const char* column, int64_t absent) {
      return row.has(column) ? row.integer(column, 1, kMostOfAnything) : absent;
    };
    GemmTiling tiling{name->tile_m, name->tile_n, 1};
    if (row.has("grid_x") && row.has("grid_y") && row.has("grid_z")) {
      tiling = tiling_of(*name, {part("grid_x", 1), part("grid_y", 1), part("grid_z", 1)},
                         work_of(shape));
    }
    const auto threads = static_cast<int>(std::min<int64_t>(part("block_x", 0), 1024));
    return {named_tile(*name, tiling, threads), tiling};
  }

  static Outcome compare_tiles(sim::GpuMachine& gpu, const mapper::ContractionShape& shape,
                               const Tiles& tiles) {
    if (!tiles.simulated) return Skipped{"the kernel's name says no tile"};
    const double library_s = simulate_s(gpu, shape, *tiles.simulated);
    return Prediction{.main = Comparison{library_s * 1e3, mapped_s(gpu, shape) * 1e3},
                      .error_percent = std::nullopt,
                      .beside = {}};
  }

  static Prediction predict(sim::GpuMachine& gpu, const mapper::ContractionShape& shape,
                            const Tiles& tiles, double measured_ms) {
    const machine::GpuDescription& description = gpu.description();
    const mapper::TileChoice tile =
        tiles.simulated ? *tiles.simulated : default_tile(description, shape);
    const double seconds = simulate_s(gpu, shape, tile) + kFp32FrameworkS;
    const GemmWork work = work_of(shape);
    const GpuRates rates = fp32_rates(description);
    const double waves = tiles.simple ? tilewave_s(rates, work, *tiles.simple, kFp32LaunchS)
                                      : best_tilewave_s(rates, work, kFp32LaunchS);
    const double roof = roofline_s(rates, work.flops(), work.compulsory_bytes());
    return {.main = Comparison{measured_ms, seconds * 1e3},
            .error_percent = std::nullopt,
            .beside = {{Figure::Roofline, {measured_ms, roof * 1e3}},
                       {Figure::Tilewave, {measured_ms, waves * 1e3}}}};
  }

  GpuPool pool_;
  Compared compared_;
};

}  // namespace

std::unique_ptr<Suite> make_gemm_f32_suite(const SuiteContext& context) {
  return std::make_unique<GemmF32Suite>(context, Compared::Measured);
}

std::unique_ptr<Suite> make_tiles_suite(const SuiteContext& context) {
  return std::make_unique<GemmF32Suite>(context, Compared::Tiles);
}

}  // namespace weft::cli::validate
