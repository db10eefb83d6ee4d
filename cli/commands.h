// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "cli/map.h"
#include "cli/reference.h"
#include "cli/show.h"
#include "cli/simulate.h"
#include "cli/validate/validation.h"
#include "cli/workload.h"

namespace weft::cli {

/// Exit statuses of the command. Ctrl-C adds 130 (`kInterruptedStatus`).
enum ExitStatus : int {
  kOk = 0,
  kFailedCheck = 1,  // a verification or comparison failed
  kUserError = 2,    // the user's input is wrong
  kFault = 70,       // a fault of Weft
};

/// `weft run`.
struct RunOptions {
  std::filesystem::path experiment;  // or a workload
  WorkloadChoice choice;             // of a workload
  std::filesystem::path out;         // empty: results/NAME
  size_t jobs = 0;                   // simulations at a time; 0: one for each processor
  bool timelines = false;            // into the folder `timelines` of the results
};

/// `weft simulate`.
struct SimulateOptions {
  SimulateRequest request;
  std::string json_file;  // "-" is the standard output; empty: none
};

/// `weft map`.
struct MapOptions {
  SimulateRequest request;
  mapper::SearchOptions search;
  std::string budget;     // "30s", "200sims"; empty: a twentieth of the mappings
  size_t rank_check = 0;  // random mappings that are simulated instead of a search
  size_t jobs = 0;        // simulations at a time; 0: one for each processor
  std::string out;        // the filled document; "-" is the standard output; empty: none
  std::string json_file;  // "-" is the standard output; empty: none
};

/// `weft reference run`.
struct ReferenceOptions {
  ReferenceRequest request;
  std::string out;        // a file for the reference document; empty: none
  std::string json_file;  // the same; "-" is the standard output
};

/// `weft codegen`.
struct CodegenOptions {
  std::string kernel;        // a name or a file; empty where the mapping says it
  std::string machine;       // a GPU
  std::string mapping_file;  // empty: the kernel's holes are filled by bounds
  std::vector<std::string> params;
  std::vector<std::string> settings;
  std::string out = "-";
};

/// `weft compare`: the first file is what the others are set beside.
struct CompareOptions {
  std::vector<std::string> files;
  double tolerance_percent = std::numeric_limits<double>::infinity();
  std::string json_file;
  std::string report_file;  // a page; empty: none
};

/// `weft sweep run`.
struct SweepOptions {
  std::filesystem::path document;
  std::filesystem::path out;  // empty: results/NAME.sqlite
  size_t jobs = 0;            // simulations at a time; 0: one for each processor, or one for a rank
  std::string shard;          // "I/N"; empty: all
  bool resume = false;
  std::string json_file;
};

/// `weft sweep show`.
struct SweepShowOptions {
  std::filesystem::path file;
  std::vector<std::string> objectives;  // empty: the sweep's own
  std::string json_file;
  std::string plot_file;  // empty: none
  std::string over;       // axis across; empty: the last one
  std::string lines;      // axis with a line for each value; empty: one line
};

/// `weft sweep merge`: the shards of one sweep into one file.
struct SweepMergeOptions {
  std::vector<std::filesystem::path> files;
  std::filesystem::path out;
};

/// `weft report`.
struct ReportOptions {
  std::filesystem::path results;
  std::filesystem::path out = "report.html";
};

/// `weft validate`.
struct ValidateOptions {
  std::string suite;
  validate::ValidationRequest request;
  std::string rows_file;  // a CSV file of every row; empty: none
  std::string json_file;
  std::string plot_file;    // an SVG document of the curves; empty: none
  std::string report_file;  // a page; empty: none
};

/// Tables to fit parameters to: one for each suite, in order.
struct CalibrateOptions {
  std::vector<std::string> suites;
  std::vector<std::filesystem::path> data;
  std::vector<std::string> parameters;  // "PATH[@CC]=LOW..HIGH"; none: the usual ones
  size_t limit = 0;
  uint64_t seed = 1;
  std::filesystem::path out;  // empty: none
};

/// A launch as its user writes it; sizes are bytes or have a unit ("48KiB").
struct OccupancyOptions {
  std::string cc;       // "9.0"
  std::string machine;  // instead of cc: a GPU
  int threads = 0;
  int registers = 0;
  std::string shared = "0";
  std::string dynamic_shared = "0";
  bool opts_in = true;
  int carve_out_percent = -1;  // -1: no preference
  std::string json_file;
};

/// `weft show`.
struct ShowOptions {
  std::vector<std::string> files;
  std::string stage;        // a pass of the fabric's compiler; empty: summaries
  bool explain = false;     // bounds of mappings instead
  bool resimulate = false;  // with bounds: also simulate machines with faster resources
  SimulateRequest request;  // what stages and bounds are of: machine, inputs, parameters
};

/// The subcommands. Each returns its exit status and throws UserError for defects of its inputs.
int run_command(const RunOptions& options);
int simulate_command(const SimulateOptions& options);
int map_command(const MapOptions& options);
int reference_run_command(const ReferenceOptions& options);
int reference_list_command();
int compare_command(const CompareOptions& options);
int sweep_command(const SweepOptions& options);
int sweep_show_command(const SweepShowOptions& options);
int sweep_merge_command(const SweepMergeOptions& options);
int report_command(const ReportOptions& options);
int validate_command(const ValidateOptions& options);
int calibrate_command(const CalibrateOptions& options);
int occupancy_command(const OccupancyOptions& options);
int codegen_command(const CodegenOptions& options);
int check_command(const std::vector<std::string>& files);
int show_command(const ShowOptions& options);
int list_command(const std::string& what);
int schema_command(const std::string& kind);

/// Prints the messages of a UserError to standard error, one on a line; those without a place of
/// their own get the prefix "weft: ".
void print_user_error(const std::vector<std::string>& messages);

}  // namespace weft::cli
