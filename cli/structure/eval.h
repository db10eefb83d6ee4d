// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "cli/simulate.h"
#include "kernels/structure/choose.h"

namespace weft::cli {

/// A structure as it is asked for: "lowrank,rank=256".
struct EvaluatedStructure {
  std::string label;
  structure::Structure structure;
  double error = std::numeric_limits<double>::quiet_NaN();  // of the fit; weighted where it can be
};

/// The forward pass of one structure on one machine for one number of tokens.
struct EvaluatedRun {
  size_t structure = 0;  // its place in the evaluation
  std::string machine;
  int64_t tokens = 0;
  std::string kernel = {};  // the fastest that ran; empty where none did
  double time_s = std::numeric_limits<double>::quiet_NaN();
  double energy_j = std::numeric_limits<double>::quiet_NaN();
  double speedup = std::numeric_limits<double>::quiet_NaN();  // over the dense weight
  bool on_front = false;     // no other structure is faster with as little error
  bool wins = false;         // the fastest within the error that is allowed
  std::string failure = {};  // why no kernel ran
};

/// A weight in several structures on several machines: what each costs, and what it loses.
struct Evaluation {
  std::string source;
  int64_t rows = 0, cols = 0;
  std::string dtype;
  std::optional<double> max_error;                  // the most that may be lost
  std::vector<EvaluatedStructure> structures = {};  // the dense weight first
  std::vector<EvaluatedRun> runs = {};              // by machine, then tokens, then structure
};

/// The kernels that apply a structure to `tokens` vectors, with their sizes; time only. None where
/// the library has no kernel of its form.
std::vector<SimulateRequest> forward_requests(const structure::Structure& structure, int64_t tokens,
                                              const std::string& dtype);

/// Fills in speedups, fronts and winners from times and errors.
void judge(Evaluation& evaluation);

}  // namespace weft::cli
