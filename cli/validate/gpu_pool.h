// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/csv_row.h"
#include "cli/validate/simple_models.h"
#include "mapper/gpu/choose_tile.h"
#include "sim/gpu/gpu_machine.h"

namespace weft::cli::validate {

/// The simulated GPUs of a table, one for each device that it names. SystemC elaborates before the
/// first run, so every machine is built while the rows are read.
class GpuPool {
 public:
  explicit GpuPool(std::filesystem::path machines) : folder_(std::move(machines)) {}

  /// The machine of the row's `gpu`, or nullptr after reporting an unknown device.
  sim::GpuMachine* of_row(const base::CsvRow& row);

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::unique_ptr<sim::GpuMachine>> machines_;  // by device name
};

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
