// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/calibrate/parameter.h"
#include "cli/terminal.h"
#include "cli/validate/suite.h"

namespace weft::cli::calibrate {

/// A measured table and the suite that reads it.
struct MeasuredTable {
  std::string suite;
  std::filesystem::path data;
};

/// A GPU that tables name.
struct MeasuredGpu {
  std::string device;              // as the tables call it
  std::string compute_capability;  // of its preset
  std::vector<double> presets;     // [parameter] what the preset says
  std::vector<size_t> rows;        // of it, over all tables
};

/// Rows of tables whose predictions can be asked for again and again with other parameters.
class MeasuredRows {
 public:
  /// Reads the tables and takes `limit` rows of each (0: all), chosen by `seed`. UserError with
  /// every defect of a table, or where a parameter is none of a GPU.
  MeasuredRows(const std::vector<MeasuredTable>& tables, std::vector<Parameter> parameters,
               const validate::SuiteContext& context, size_t limit, uint64_t seed);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  const std::vector<MeasuredGpu>& gpus() const { return gpus_; }

  /// Mean absolute error in percent over `rows` (numbers as in MeasuredGpu) with these values of
  /// the parameters; rows without a prediction do not count. Empty values: the presets' own.
  double mape_percent(const std::vector<size_t>& rows, const std::vector<double>& values);

 private:
  struct Row {
    size_t suite = 0;
    size_t gpu = 0;
    validate::Job job;
  };

  void read_table(const MeasuredTable& table, const validate::SuiteContext& context, size_t limit,
                  uint64_t seed);
  size_t gpu_of(const std::string& device, const validate::SuiteContext& context);
  std::vector<std::string> settings_of(const MeasuredGpu& gpu,
                                       const std::vector<double>& values) const;
  const std::vector<double>& errors_of(size_t gpu, const std::vector<std::string>& settings);

  std::vector<Parameter> parameters_;
  std::vector<std::unique_ptr<validate::Suite>> suites_;
  std::vector<Row> rows_;
  std::vector<MeasuredGpu> gpus_;
  /// By GPU and settings: the errors of its rows, in their order. A search comes back to settings
  /// of GPUs that the parameter at hand does not touch.
  std::map<std::pair<size_t, std::string>, std::vector<double>> known_;
  Progress progress_{0};
  size_t simulated_ = 0;
};

}  // namespace weft::cli::calibrate
