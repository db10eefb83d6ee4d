// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/subcommand.h"
#include "kernels/structure/armor.h"
#include "kernels/structure/choose.h"

namespace weft::cli {

/// `weft structure fit`.
struct StructureFitOptions {
  std::vector<std::string> inputs;  // "W=SOURCE", "X=SOURCE"
  structure::StructureRequest structure;
  structure::ArmorOptions armor;
  std::string score = "magnitude";
  std::string dtype = "f16";
  std::filesystem::path out;  // folder of the factors; empty: none
  std::string json_file;      // "-" is the standard output; empty: none
};

/// `weft structure eval`.
struct StructureEvalOptions {
  std::vector<std::string> inputs;      // as for fitting
  std::vector<std::string> structures;  // "monarch,blocks=4"
  std::vector<std::string> machines;
  std::vector<int64_t> tokens;
  structure::ArmorOptions armor;
  std::string score = "magnitude";
  std::string dtype = "f16";
  std::optional<double> max_error;  // the most that may be lost, as a fraction
  size_t jobs = 0;                  // simulations at a time; 0: one for each processor
  std::string json_file;            // "-" is the standard output; empty: none
  std::string report_file;          // empty: none
};

/// The subcommands. Each returns its exit status and throws UserError for defects of its inputs.
int structure_fit_command(const StructureFitOptions& options);
int structure_eval_command(const StructureEvalOptions& options);

/// Adds `weft structure` with its subcommands.
void add_structure(CLI::App& app, Action& action);

}  // namespace weft::cli
