// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/csv_row.h"
#include "cli/validate/simple_models.h"
#include "cli/validate/suite.h"
#include "mapper/gpu/choose_tile.h"
#include "sim/gpu/gpu_machine.h"

namespace weft::cli::validate {

/// The name of the preset in `folder` of the row's `gpu`, or nothing after reporting an unknown
/// device.
std::optional<std::string> preset_of_row(const base::CsvRow& row,
                                         const std::filesystem::path& folder);

/// A preset with settings; UserError with all defects.
machine::GpuDescription load_preset(const std::string& name,
                                    const std::vector<std::string>& settings,
                                    const std::filesystem::path& folder);

/// The simulated GPUs of a table, one for each device that it names. SystemC elaborates before the
/// first run, so every machine is built while the rows are read.
template <class Machine>
class DevicePool {
 public:
  explicit DevicePool(const SuiteContext& context)
      : folder_(context.configs / "machines"), settings_(context.settings) {}

  /// The machine of the row's `gpu`, or nullptr after reporting an unknown device.
  Machine* of_row(const base::CsvRow& row) {
    const auto [slot, fresh] = devices_.try_emplace(row.text("gpu"));
    Device& device = slot->second;
    if (fresh) {
      device.preset = preset_of_row(row, folder_).value_or("");
      if (!device.preset.empty()) {
        device.machine = std::make_unique<Machine>(load_preset(device.preset, settings_, folder_));
      }
    }
    return device.machine.get();
  }

  /// Runs from now on have these settings beside the pool's own. Precondition: a row named `gpu`.
  void configure(const std::string& gpu, const std::vector<std::string>& settings) {
    const Device& device = devices_.at(gpu);
    std::vector<std::string> all = settings_;
    all.insert(all.end(), settings.begin(), settings.end());
    device.machine->describe(load_preset(device.preset, all, folder_));
  }

 private:
  struct Device {
    std::string preset;
    std::unique_ptr<Machine> machine;
  };

  std::filesystem::path folder_;
  std::vector<std::string> settings_;
  std::map<std::string, Device> devices_;  // by device name
};

using GpuPool = DevicePool<sim::GpuMachine>;

/// What measuring adds to every kernel in the tables of halves, which time kernels and not a
/// framework's calls. Fitted once (docs/deviations.md).
inline constexpr double kFp16FrameworkS = 4e-6;

/// A product of halves with sums of 32 bits on the tensor cores.
mapper::ContractionShape half_shape(int64_t batch, int64_t m, int64_t n, int64_t k);

/// The tile that a simulation takes where a row names none.
mapper::TileChoice default_tile(const machine::GpuDescription& gpu,
                                const mapper::ContractionShape& shape);

/// Seconds of one contraction with a tile.
double simulate_s(sim::GpuMachine& gpu, const mapper::ContractionShape& shape,
                  const mapper::TileChoice& tile);

/// The data sheet's rates for the simplest models: of the fp32 lanes or of the tensor cores on
/// halves.
GpuRates fp32_rates(const machine::GpuDescription& gpu);
GpuRates fp16_rates(const machine::GpuDescription& gpu);

}  // namespace weft::cli::validate
