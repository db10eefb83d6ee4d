// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace weft::dense {

/// How far results are from their reference.
struct Deviation {
  double max_rel_error = 0;  // relative to the larger of an element's and the mean magnitude
  double tolerance = 0;
  std::string first_mismatch;  // "Y[3]: expected 1, found 2"; empty where all are within tolerance

  bool passed() const { return first_mismatch.empty(); }
};

/// Adds the elements of a tensor from `first` on. Equal values are right also where they are
/// infinite, and NaN is right where it is expected; the mean is of what is finite.
void compare_elements(const std::string& tensor, std::span<const double> found,
                      std::span<const double> expected, size_t first, Deviation& deviation);

}  // namespace weft::dense
