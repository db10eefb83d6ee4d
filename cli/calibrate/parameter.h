// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::cli::calibrate {

/// A number of machine documents that a calibration may change, within bounds.
struct Parameter {
  std::string path;                // "energy.shared_byte_pj"
  std::string compute_capability;  // of the GPUs that it is changed for; empty: all, in common
  double least = 0;
  double most = 0;

  /// "energy.scale@7.5", the part of its text before "=".
  std::string name() const;
  bool applies_to(std::string_view capability) const {
    return compute_capability.empty() || compute_capability == capability;
  }
  bool operator==(const Parameter&) const = default;
};

/// Reads "PATH=LOW..HIGH" or "PATH@CC=LOW..HIGH", bounds above 0. UserError otherwise.
Parameter parse_parameter(const std::string& text);

/// What docs/deviations.md lists as fitted and a machine document holds: two energies of all GPUs,
/// one scale of Turing's energies, one rate of 2:4 products on GA102.
std::vector<Parameter> usual_parameters();

}  // namespace weft::cli::calibrate
