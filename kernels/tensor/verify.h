// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "kernels/tensor/csr.h"

namespace weft::tensor {

/// One row of a computed product: columns in any order, each with its value.
struct ProductRow {
  std::span<const int32_t> column;
  std::span<const double> value;
};

/// Gives row `row` of a computed product. Called from several threads at once; a span must stay
/// valid until the same thread asks for its next row.
using ProductRows = std::function<ProductRow(int64_t row)>;

/// Largest accepted error of an entry, relative to the sum of |a * b| over its products: rounding
/// errors grow with the size of what is added, not with what is left of it after cancellation.
inline constexpr double kVerifyTolerance = 1e-12;

/// What verification found.
struct VerifyReport {
  bool passed = false;
  double max_rel_error = 0;    ///< over all entries with the right place; see kVerifyTolerance
  int64_t entries = 0;         ///< entries of C that were compared
  std::string first_mismatch;  ///< in words, for the lowest row that is wrong; empty where none is
};

/// Compares C with A * B row by row, each computed anew with a dense accumulator: the structure
/// must be that of the product (a cancelled entry is an entry, a missing, repeated or additional
/// one is wrong) and the values must be within kVerifyTolerance. O(products) time on all
/// processors, O(b.cols) memory in each. Precondition: a.cols == b.rows.
VerifyReport verify_product(const CsrMatrix& a, const CsrMatrix& b, const ProductRows& c);

/// The same for a product by rows; also refuses one of the wrong size.
VerifyReport verify_product(const CsrMatrix& a, const CsrMatrix& b, const CsrMatrix& c);

}  // namespace weft::tensor
