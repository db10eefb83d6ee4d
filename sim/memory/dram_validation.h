// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace weft::sim {

/// What a table of measured load-latency points is compared with.
struct DramValidationOptions {
  std::filesystem::path presets;  // folder of DRAM documents
  int64_t limit = 0;              // rows, 0 for all
  uint64_t seed = 1;
};

/// One point of the table and the prediction for it.
struct DramValidationRow {
  std::string standard, mapping, refresh, pattern;
  int channels = 1;
  double offered_fraction = 0;
  bool overloaded = false;  // the source queue grew without bound: its latency means nothing
  double measured_latency_ns = 0, predicted_latency_ns = 0;
  double measured_gb_s = 0, predicted_gb_s = 0;

  double latency_error_percent() const {
    return 100 * (predicted_latency_ns / measured_latency_ns - 1);
  }
  double bandwidth_error_percent() const { return 100 * (predicted_gb_s / measured_gb_s - 1); }
};

/// The comparison of a whole table.
struct DramValidation {
  std::vector<DramValidationRow> rows;

  /// Mean absolute error of the mean read latency over the rows that are not overloaded.
  double latency_mape_percent() const;
  /// Mean absolute error of the bandwidth over all rows.
  double bandwidth_mape_percent() const;
};

/// Reruns every row of a CSV file with columns standard, addr_mapper, scheduler, refresh,
/// row_policy, pattern, offered_frac_of_peak, channels, achieved_GBps and avg_read_latency_ns, and,
/// where present, requests and overloaded. The standard chooses a preset, the other columns change
/// it. Throws UserError with every defect of the file.
DramValidation validate_dram(const std::filesystem::path& csv,
                             const DramValidationOptions& options);

}  // namespace weft::sim
