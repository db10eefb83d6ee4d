// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

/// What a program left.
struct ChildOutcome {
  int status = 0;  // its exit status, or 128 and the signal that ended it
  std::string out;
  std::string err;
};

/// Runs a program, found by PATH where its name has no slash, with these arguments and no shell
/// between. UserError where it cannot be started.
ChildOutcome run_child(const std::vector<std::string>& command);

}  // namespace weft::cli
