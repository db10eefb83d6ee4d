// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace weft::cli {

/// Refuses, before anything runs, parsed arguments by which a command would write a file that it
/// reads, or two documents to one place. Throws UserError.
void refuse_clashing_outputs(const CLI::App& app);

}  // namespace weft::cli
