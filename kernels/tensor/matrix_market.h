// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "kernels/tensor/csr.h"

namespace weft::tensor {

/// Reads a Matrix Market file (https://math.nist.gov/MatrixMarket/formats.html), plain or gzip.
///
/// Coordinate and array formats; real, integer and pattern fields; general, symmetric and
/// skew-symmetric storage, expanded. Duplicates are summed, stored zeros stay entries, pattern
/// entries are 1.0, integers become the nearest double. Nothing is allocated on the word of the
/// header alone. Throws base::UserError with "file:line:column: expected ..., found ..." for each
/// defect, up to ten.
CsrMatrix read_matrix_market(const std::filesystem::path& path);

/// Writes `matrix` in coordinate real general form, with the fewest digits that read back to the
/// same values; gzip where the name ends in ".gz". The file appears complete or not at all: it is
/// written beside its place and renamed. Throws base::UserError where it cannot be written.
void write_matrix_market(const std::filesystem::path& path, const CsrMatrix& matrix);

}  // namespace weft::tensor
