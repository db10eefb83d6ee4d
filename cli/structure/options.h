// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/subcommand.h"
#include "kernels/structure/armor.h"
#include "kernels/structure/choose.h"

namespace weft::cli {

struct StructureFitOptions {
  std::vector<std::string> inputs;  // "W=SOURCE", "X=SOURCE"
  structure::StructureRequest structure;
  structure::ArmorOptions armor;
  std::string score = "magnitude";
  std::string dtype = "f16";
  std::filesystem::path out;  // folder of the factors; empty: none
  std::string json_file;      // "-" is the standard output; empty: none
};

int structure_fit_command(const StructureFitOptions& options);

/// Adds `weft structure` with its subcommands.
void add_structure(CLI::App& app, Action& action);

}  // namespace weft::cli
