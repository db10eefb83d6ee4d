// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/validate/microbench/tables.h"
#include "cli/validate/suites.h"
#include "sim/gpu/block_stream.h"
#include "sim/gpu/cache_bandwidth.h"
#include "sim/gpu/intensity_sweep.h"
#include "sim/gpu/kernel_series.h"
#include "sim/gpu/memory_path.h"
#include "sim/gpu/warp_access.h"
#include "sim/machine/load_machine.h"

namespace weft::cli::validate {

namespace {

using machine::GpuDescription;

constexpr double kKibibyte = 1024;

/// What is varied along a curve.
struct Setting {
  std::string kernel;
  double x = 0;
  double x2 = 0;
};

using Predict = double (*)(const GpuDescription& gpu, const Setting& setting);

int64_t bytes_of_kib(double kib) {
  return std::llround(kib * kKibibyte);
}

double latency(const GpuDescription& gpu, const Setting& setting) {
  return sim::chase_latency_cycles(gpu, bytes_of_kib(setting.x), gpu.clock.max_ghz);
}

double l2_bandwidth(const GpuDescription& gpu, const Setting& setting) {
  return sim::shared_read_gb_s(gpu, bytes_of_kib(setting.x), gpu.clock.max_ghz);
}

double cache_bandwidth(const GpuDescription& gpu, const Setting& setting) {
  return sim::private_read_gb_s(gpu, bytes_of_kib(setting.x), gpu.clock.max_ghz);
}

/// x: all threads; x2: the threads of a block, or of an SM where tables give no blocks.
double stream(const GpuDescription& gpu, const Setting& setting) {
  static const std::map<std::string, sim::StreamKernel> kernels = {
      {"init", {0, true, 0}},  {"read", {1, false, 0}},   {"scale", {1, true, 0}},
      {"triad", {3, true, 0}}, {"triad-2", {2, true, 0}}, {"3pt", {1, true, 2}},
      {"5pt", {1, true, 4}}};
  constexpr double kMostThreads = 1024;
  const double of_sm = setting.x / gpu.sms;
  const double blocks = std::max(std::ceil(of_sm / kMostThreads), std::round(of_sm / setting.x2));
  const sim::StreamOccupancy occupancy{
      .threads_per_block = std::max(1, static_cast<int>(std::lround(of_sm / blocks))),
      .blocks_per_sm = static_cast<int>(blocks)};
  return sim::stream_gb_s(gpu, kernels.at(setting.kernel), occupancy, gpu.clock.max_ghz);
}

double small_kernels(const GpuDescription& gpu, const Setting& setting, bool graph) {
  const sim::ScaleKernel kernel{.elements = std::llround(setting.x),
                                .threads_per_block = static_cast<int>(setting.x2),
                                .graph = graph};
  return sim::kernel_series_gb_s(gpu, kernel, gpu.clock.max_ghz);
}

/// "stride": lane i reads element i * x. "block": groups of x lanes lie x2 elements apart.
double strides(const GpuDescription& gpu, const Setting& setting) {
  const int64_t element_bytes = setting.kernel.starts_with("double") ? 8 : 4;
  const bool grouped = setting.kernel.ends_with("block");
  const auto x = static_cast<int64_t>(setting.x);
  std::array<int64_t, 32> addresses{};
  for (int64_t lane = 0; lane < 32; ++lane) {
    const int64_t element =
        grouped ? lane / x * static_cast<int64_t>(setting.x2) + lane % x : lane * x;
    addresses[static_cast<size_t>(lane)] = element * element_bytes;
  }
  return sim::warp_access_cycles(gpu.sm, addresses, element_bytes);
}

double roofline(const GpuDescription& gpu, const Setting& setting) {
  const sim::IntensityPoint point = sim::intensity_point(gpu, setting.x);
  return setting.kernel == "watts" ? point.watts : point.gflop_s;
}

const std::map<std::string, Predict>& predictors() {
  static const std::map<std::string, Predict> all = {
      {"gpu-latency", latency},
      {"gpu-l2-cache", l2_bandwidth},
      {"gpu-cache", cache_bandwidth},
      {"gpu-stream", stream},
      {"gpu-small-kernels",
       [](const GpuDescription& gpu, const Setting& s) { return small_kernels(gpu, s, false); }},
      {"gpu-small-kernels-graph",
       [](const GpuDescription& gpu, const Setting& s) { return small_kernels(gpu, s, true); }},
      {"gpu-strides", strides},
      {"gpu-roofline", roofline}};
  return all;
}

/// Curves of microbenchmarks: a directory of what gpu-benches prints, a card in each file's name.
class MicrobenchSuite : public Suite {
 public:
  explicit MicrobenchSuite(const SuiteContext& context)
      : folders_{context.configs / "machines"}, settings_(context.settings) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "curve", "benchmark", "kernel", "x", "x2", "measured"};
  }
  std::string group_column() const override { return "gpu"; }
  std::optional<std::string> curve_column() const override { return "curve"; }
  std::string curve_position_column() const override { return "x"; }
  std::string quantity() const override { return "measured"; }

  base::CsvTable load(const std::filesystem::path& data,
                      base::Diagnostics& diagnostics) const override {
    return read_microbench_tables(data, diagnostics);
  }

  Job read(const base::CsvRow& row) override {
    const std::string benchmark = row.text("benchmark");
    const auto predictor = predictors().find(benchmark);
    if (predictor == predictors().end())
      return Skipped{fmt::format("no simulation of {}", row_name(benchmark))};
    const GpuDescription* gpu = describe(row.text("gpu"));
    if (gpu == nullptr) return Skipped{"no preset of this card"};
    const Setting setting{row.text("kernel"), row.number("x"), row.number("x2")};
    const double measured = row.number("measured");
    return [=, predict = predictor->second]() -> Outcome {
      return Prediction{
          .main = Comparison{measured, predict(*gpu, setting)}, .error_percent = {}, .beside = {}};
    };
  }

 private:
  static std::string row_name(const std::string& benchmark) {
    return benchmark == "unknown" ? "this file" : benchmark;
  }

  /// The preset of a card as file names spell it, a100_80 or h100_pcie, read once; nullptr where
  /// there is none.
  const GpuDescription* describe(const std::string& card) {
    const auto [slot, fresh] = known_.try_emplace(card);
    if (fresh) slot->second = load(card);
    return slot->second ? &*slot->second : nullptr;
  }

  std::optional<GpuDescription> load(const std::string& card) const {
    static const std::map<std::string, std::string> short_names = {{"a100-40", "a100-pcie-40gb"},
                                                                   {"a100-80", "a100-pcie-80gb"},
                                                                   {"a100", "a100-pcie-40gb"},
                                                                   {"h100", "h100-pcie"}};
    std::string name = card;
    std::replace(name.begin(), name.end(), '_', '-');
    if (const auto full = short_names.find(name); full != short_names.end()) name = full->second;
    const std::vector<std::string> known = machine::list_machines(folders_);
    if (std::find(known.begin(), known.end(), name) == known.end()) name = "rtx" + name;
    if (std::find(known.begin(), known.end(), name) == known.end()) return std::nullopt;
    base::Diagnostics defects;
    const machine::MachineDescription description =
        machine::load_machine(name, settings_, folders_, defects);
    defects.throw_if_any();
    if (description.kind() != machine::Kind::Gpu) return std::nullopt;
    return description.gpu();
  }

  std::vector<std::filesystem::path> folders_;
  std::vector<std::string> settings_;
  std::map<std::string, std::optional<GpuDescription>> known_;  // by card
};

}  // namespace

std::unique_ptr<Suite> make_microbench_suite(const SuiteContext& context) {
  return std::make_unique<MicrobenchSuite>(context);
}

}  // namespace weft::cli::validate
