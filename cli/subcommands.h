// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/subcommand.h"

namespace weft::cli {

/// Each adds one command with its options, examples and help.
void add_run(CLI::App& app, Action& action);
void add_simulate(CLI::App& app, Action& action);
void add_map(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_reference(CLI::App& app, Action& action);
void add_codegen(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_calibrate(CLI::App& app, Action& action);
void add_occupancy(CLI::App& app, Action& action);

}  // namespace weft::cli
