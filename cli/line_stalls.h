// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/run.h"

namespace weft::cli {

/// What a line of the kernel's documents cost over all its steps and tensors.
struct LineStalls {
  std::string place;          // "smash_v1.yaml:22"
  std::string statement;      // the first of the line
  double fraction = 0;        // of the cycles of all lines
  std::vector<Share> stalls;  // fractions of the cycles of all lines, by cause
};

/// Lines with cycles, the dearest first.
std::vector<LineStalls> stalls_by_line(const std::vector<SourceLine>& entries);

/// The three dearest lines in words: "smash_v1.yaml:22 43 % (memory 30 %, busy 9 %), ..."; empty
/// where the causes are unknown.
std::string dearest_lines(const std::vector<SourceLine>& entries);

}  // namespace weft::cli
