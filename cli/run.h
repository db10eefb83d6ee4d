// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::cli {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// An operand as a result names it.
struct InputShape {
  std::string name;
  std::string source;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t nnz = 0;

  bool operator==(const InputShape&) const = default;
};

/// Traffic of one level of the memory hierarchy over a run.
struct MemoryLevel {
  std::string name;
  double accesses = kUndefined;
  double hits = kUndefined;
  double bytes = kUndefined;
  double gb_s = kUndefined;
};

/// A link of the network and how busy it was. Routers are numbered die by die.
struct LinkUse {
  int64_t from = 0;
  int64_t to = 0;
  double utilisation = kUndefined;
};

/// A share of a whole, such as a stall cause and its fraction of all unit cycles.
struct Share {
  std::string name;
  double fraction = kUndefined;
};

/// Where the cycles of one unit of the machine went.
struct UnitStalls {
  std::string name;
  std::vector<Share> stalls;
};

/// A part of a run by its simulated time.
struct Phase {
  std::string name;
  double begin_s = 0;
  double end_s = 0;
};

/// What one statement of the kernel document cost on one tensor.
struct SourceLine {
  std::string statement;
  std::string tensor;
  std::string file;  // empty: unknown
  int64_t line = 0;  // 0: unknown
  double bytes = kUndefined;
  double cycles = kUndefined;
  std::string what = {};           // the step of the statement; empty: unknown
  std::vector<Share> stalls = {};  // of its cycles

  /// "smash_v1.yaml:22", "line 22" where the file is unknown, "-" where the line is.
  std::string place() const;
};

/// One implementation of a native run.
struct Implementation {
  std::string name;
  std::string version;
  std::string note;  // how it differs from the others; may be empty
  double best_s = kUndefined;
  double median_s = kUndefined;
  double gflops = kUndefined;
  double flop_share = kUndefined;    // of the measured peak of the machine
  double stream_share = kUndefined;  // of its measured bandwidth, by compulsory bytes
  bool verified = false;
};

/// One executed kernel: the typed form of a "weft.result/1" or "weft.reference/1" document, or of a
/// published time, that tables, comparisons and reports read. Undefined statistics are
/// NaN.
struct Run {
  enum class Origin { Simulated, Native, Published };

  Origin origin = Origin::Simulated;
  std::string kernel;
  std::string machine;
  std::string label;  // the machine with the settings of this run
  std::string input;  // its name in the experiment; empty for a run on its own
  std::string error;  // why there is no result; empty where there is one

  std::vector<InputShape> inputs;
  std::optional<bool> verified;
  double max_rel_error = kUndefined;
  double time_s = kUndefined;
  double cycles = kUndefined;
  double flops = kUndefined;
  double products = kUndefined;
  double compulsory_bytes = kUndefined;
  double gflops = kUndefined;
  double dram_bytes = kUndefined;
  double dram_gb_s = kUndefined;
  double dram_peak_gb_s = kUndefined;       // of a native run, the measured stream
  double compute_peak_gflops = kUndefined;  // of the operations that the kernel uses
  double dram_utilisation = kUndefined;
  double ipc = kUndefined;
  double issue_utilisation = kUndefined;
  std::string bound_by;
  double attained_fraction = kUndefined;
  double floor_s = kUndefined;
  double memory_floor_s = kUndefined;
  double issue_floor_s = kUndefined;
  double occupancy_theoretical = kUndefined;
  double occupancy_achieved = kUndefined;
  std::string occupancy_limiter;
  double energy_total_j = kUndefined;
  double tensor_utilisation = kUndefined;
  double clock_ghz = kUndefined;
  double power_w = kUndefined;
  bool power_limited = false;  // the clock is lower for it

  std::vector<MemoryLevel> memory;
  std::vector<Share> stalls;
  std::vector<UnitStalls> units;  // cores, where there is more than one
  std::vector<LinkUse> links;     // that carried something
  int64_t mesh_columns = 0;       // of a die; 0: no network
  int64_t mesh_rows = 0;
  std::vector<Phase> phases;
  std::vector<std::string> notes;  // what the schedule says in vain
  std::vector<SourceLine> by_source;
  std::vector<std::pair<std::string, std::string>> params;  // sizes of a kernel, where recorded
  std::vector<Implementation> implementations;              // of a native run
  std::string fastest;                                      // the implementation whose time counts
  std::string host;     // threads and types of a native run, in words
  std::string mapping;  // the kernel without holes, as JSON; empty where not recorded
  std::string
      configuration;  // the machine as simulated, as indented JSON; empty where not recorded

  bool failed() const { return !error.empty(); }
  /// "smash_v1 on piuma-smash".
  std::string title() const { return kernel + " on " + label; }
};

/// A speedup of one kernel over another that somebody published.
struct PublishedSpeedup {
  std::string name;
  std::string kernel;
  std::string over;
  std::string machine;
  std::string measures;
  std::vector<std::pair<std::string, std::string>> params;  // sizes that the runs must have
  double speedup = kUndefined;
};

/// What one results file holds: a single run, or all of an experiment.
struct RunFile {
  std::filesystem::path file;
  std::string name;        // the experiment's, else the kernel's
  std::string command;     // reproduces it; empty where not recorded
  std::string experiment;  // the resolved experiment as indented JSON; empty for a single run
  std::vector<Run> runs;   // simulated ones first, then native ones, each in the order of the file
  std::vector<PublishedSpeedup> speedups = {};  // of a file of published figures
};

/// The typed form of a checked document.
RunFile read_run_file(const nlohmann::ordered_json& document, const std::filesystem::path& file);

/// Reads a result, a reference, an experiment's results.json (also by its folder) or a document of
/// published figures, checks every field and returns the typed form. UserError with every defect.
RunFile load_run_file(const std::filesystem::path& path);

}  // namespace weft::cli
