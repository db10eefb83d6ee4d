// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/csv_row.h"
#include "cli/validate/simple_models.h"
#include "mapper/gpu/choose_tile.h"
#include "sim/gpu/gpu_machine.h"

namespace weft::cli::validate {

/// The preset in `folder` of the row's `gpu`, or nothing after reporting an unknown device.
std::optional<machine::GpuDescription> describe_device(const base::CsvRow& row,
                                                       const std::filesystem::path& folder);

/// The simulated GPUs of a table, one for each device that it names. SystemC elaborates before the
/// first run, so every machine is built while the rows are read.
template <class Machine>
class DevicePool {
 public:
  explicit DevicePool(std::filesystem::path machines) : folder_(std::move(machines)) {}

  /// The machine of the row's `gpu`, or nullptr after reporting an unknown device.
  Machine* of_row(const base::CsvRow& row) {
    const auto [slot, fresh] = machines_.try_emplace(row.text("gpu"));
    if (fresh) {
      const auto description = describe_device(row, folder_);
      if (description) slot->second = std::make_unique<Machine>(*description);
    }
    return slot->second.get();
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::unique_ptr<Machine>> machines_;  // by device name
};

using GpuPool = DevicePool<sim::GpuMachine>;

/// A product of halves with sums of 32 bits on the tensor cores.
mapper::ContractionShape half_shape(int64_t batch, int64_t m, int64_t n, int64_t k);

/// Seconds of one contraction with a tile.
double simulate_s(sim::GpuMachine& gpu, const mapper::ContractionShape& shape,
                  const mapper::TileChoice& tile);

/// The data sheet's rates for the simplest models: of the fp32 lanes or of the tensor cores on
/// halves.
GpuRates fp32_rates(const machine::GpuDescription& gpu);
GpuRates fp16_rates(const machine::GpuDescription& gpu);

}  // namespace weft::cli::validate
