// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace weft::cli {

/// Validators of numbers on the command line. CLI11's own let NaN and infinity pass, and name the
/// largest double in full where a number is out of range.

/// A finite number from `least` on.
CLI::Validator at_least(double least);

/// A finite number above zero, such as a rate.
CLI::Validator positive();

/// Makes every option of a command and its subcommands refuse an empty value, which would read as
/// an option that was not given.
void refuse_empty_values(CLI::App& app);

}  // namespace weft::cli
