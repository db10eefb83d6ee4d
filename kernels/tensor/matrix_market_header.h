// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/error.h"
#include "kernels/tensor/line_scanner.h"

namespace weft::tensor {

/// What the banner and the size line of a Matrix Market file say.
struct MatrixMarketHeader {
  enum class Format { Coordinate, Array };
  enum class Field { Real, Integer, Pattern };
  enum class Symmetry { General, Symmetric, SkewSymmetric };

  Format format = Format::Coordinate;
  Field field = Field::Real;
  Symmetry symmetry = Symmetry::General;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t entries = 0;  ///< lines of data, before expansion
};

/// Reads "%%MatrixMarket matrix FORMAT FIELD SYMMETRY" from the first line of a file, in any case.
void read_banner(LineScanner line, const base::Location& where, MatrixMarketHeader& header,
                 base::Diagnostics& diagnostics);

/// Reads "rows columns entries", or "rows columns" in array format, where the number of entries
/// follows.
void read_sizes(LineScanner line, const base::Location& where, MatrixMarketHeader& header,
                base::Diagnostics& diagnostics);

}  // namespace weft::tensor
