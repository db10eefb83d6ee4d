// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/run.h"

namespace weft::cli {

/// One place where two runs spend differently: a phase, a stall cause or a statement in seconds, a
/// memory level in bytes.
struct Difference {
  enum class Kind { Phase, Stall, Source, Memory };
  Kind kind;
  std::string name;
  double base = 0;
  double other = 0;

  double change() const { return other - base; }
};

/// Two runs of the same work side by side.
struct Comparison {
  Run base;
  Run other;
  std::string base_file;
  std::string other_file;
  std::vector<Difference> differences;  // by kind, then the largest change first

  double speedup() const { return base.time_s / other.time_s; }
  double time_change() const { return other.time_s / base.time_s - 1.0; }
};

/// A published speedup beside that of two runs.
struct SpeedupCheck {
  PublishedSpeedup published;
  Run base;
  Run other;
  std::string file;  // of the published figure

  double speedup() const { return base.time_s / other.time_s; }
  double change() const { return speedup() / published.speedup - 1.0; }
};

/// Every pair of runs, and whether all stay within the tolerance.
struct ComparisonReport {
  std::vector<Comparison> comparisons;
  std::vector<SpeedupCheck> speedups;
  std::vector<std::string> unmatched;  // runs that only one file has, as sentences
  std::vector<std::string> notes;      // what the compared runs differ in besides, as sentences
  double tolerance_percent = std::numeric_limits<double>::infinity();

  bool within(double change) const;
  bool passed() const;
};

/// Sets every later file beside the first. Files with one run each are compared as they are;
/// otherwise runs match by kernel, machine and input, and runs of different kinds by what they
/// compute. Published speedups are set beside those of all files. UserError where nothing matches,
/// or where matching runs had different sizes.
ComparisonReport compare(const std::vector<RunFile>& files, double tolerance_percent);

/// The report for the terminal, and as a JSON document (schema "weft.comparison/1").
std::string comparison_text(const ComparisonReport& report, bool colour);
nlohmann::ordered_json comparison_json(const ComparisonReport& report);

}  // namespace weft::cli
