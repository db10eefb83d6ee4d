// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/csv.h"
#include "base/csv_row.h"
#include "cli/validate/statistics.h"

namespace weft::cli::validate {

/// Figures beside the one that a suite is about; each has a mean absolute error of its own. The
/// first two say what a far simpler model predicts.
enum class Figure : size_t { Roofline, Tilewave, Dense, Speedup, Bandwidth };
inline constexpr std::array<std::string_view, 5> kFigureNames = {"roofline", "tilewave", "dense",
                                                                 "speedup", "bandwidth"};

/// No size in a table is larger.
inline constexpr int64_t kMostOfAnything = int64_t{1} << 40;

/// What a suite says about a row of its table.
struct Prediction {
  /// Nothing where the row's value means nothing, such as the latency of an overloaded memory.
  std::optional<Comparison> main;
  /// The row's error where it is not the relative one, such as of counts that agree or do not.
  std::optional<double> error_percent;
  std::map<Figure, Comparison> beside;
};

/// A row that cannot be predicted, which is counted.
struct Skipped {
  std::string reason;
};

using Outcome = std::variant<Prediction, Skipped>;

/// What remains to be done for a row whose cells are read: nothing where that says already that the
/// row cannot be predicted. Owns what it needs.
class Job {
 public:
  // A suite returns either. NOLINTBEGIN(google-explicit-constructor)
  Job(Skipped skipped) : skipped_(std::move(skipped)) {}
  template <std::invocable Predict>
  Job(Predict predict) : predict_(std::move(predict)) {}
  // NOLINTEND(google-explicit-constructor)

  bool skips() const { return skipped_.has_value(); }
  Outcome operator()() const { return skipped_ ? Outcome(*skipped_) : predict_(); }

 private:
  std::optional<Skipped> skipped_;
  std::function<Outcome()> predict_;
};

/// Where suites find what they need beside the table.
struct SuiteContext {
  std::filesystem::path configs;           // presets
  std::filesystem::path matrices;          // files by name; empty: none given
  std::vector<std::string> settings = {};  // "path=value" or "@FILE" of every simulated machine
};

/// Measured tables of one form, and how to predict their rows.
class Suite {
 public:
  virtual ~Suite() = default;

  /// The columns without which a table is none of the suite's.
  virtual std::vector<std::string> columns() const = 0;
  /// The column whose values get statistics of their own.
  virtual std::string group_column() const = 0;
  /// The column whose values name curves, which get statistics too; nothing where rows form none.
  virtual std::optional<std::string> curve_column() const { return std::nullopt; }
  /// The column that says where along its curve a row is.
  virtual std::string curve_position_column() const { return {}; }
  /// What the main comparison compares, with its unit: "read_latency_ns".
  virtual std::string quantity() const = 0;

  /// Whether settings of machines mean something to it.
  virtual bool simulates_gpus() const { return true; }

  /// The table in `data`. A suite whose measurements are no single CSV file makes one of them.
  virtual base::CsvTable load(const std::filesystem::path& data,
                              base::Diagnostics& diagnostics) const;

  /// Reads a row, reports what is wrong with it, and gives what predicts it; the job runs only if
  /// no row has a defect.
  virtual Job read(const base::CsvRow& row) = 0;

  /// Lets the machine of a device that rows named run with other settings from now on; jobs that
  /// were read before follow. False from suites that have no such machine. UserError for settings
  /// that are wrong.
  virtual bool configure(const std::string& gpu, const std::vector<std::string>& settings);
};

/// A suite as `weft list suites` shows it.
struct SuiteEntry {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<Suite> (*make)(const SuiteContext& context);
};

/// Every suite, in the order of the list.
std::span<const SuiteEntry> suites();

/// UserError with the names and the nearest one where there is none.
const SuiteEntry& find_suite(std::string_view name);

}  // namespace weft::cli::validate
