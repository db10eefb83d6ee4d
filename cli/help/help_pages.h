// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/subcommand.h"

namespace weft::cli {

/// The commands below `app` in the order of its help, without `help` options.
std::vector<const CLI::App*> subcommands_of(const CLI::App& app);
/// The options and positionals of one command in the order of its help, hidden ones left out.
std::vector<const CLI::Option*> options_of(const CLI::App& app);

/// The manual page weft(1) in roff (man macros): what `--help` says of every command. `version` is
/// that of the program.
std::string manual_page(const CLI::App& app, const std::string& version);

/// The shells that completion_script() writes for.
const std::vector<std::string>& completion_shells();

/// A script that completes commands, options, names of kernels, machines and suites, and files.
/// `shell` is one of completion_shells(); zsh reads the script of bash through bashcompinit.
std::string completion_script(const CLI::App& app, const std::string& shell);

/// Adds `weft manual` and `weft completion SHELL`, which describe `app` as it is when they run.
void add_help_pages(CLI::App& app, Action& action);

}  // namespace weft::cli
