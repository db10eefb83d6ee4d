// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::cli {

/// A part as a share of a whole; 0 of nothing.
inline double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

}  // namespace weft::cli
