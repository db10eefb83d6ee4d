// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

/// Runs the command with its arguments (without the program's name) and returns its exit status
/// (ExitStatus). Everything it has to say about errors goes to standard error; throws nothing.
int run_command_line(const std::vector<std::string>& arguments);

}  // namespace weft::cli
