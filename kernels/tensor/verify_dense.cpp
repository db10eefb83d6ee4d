// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/verify_dense.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::tensor {

namespace {

/// A sum and the sum of the magnitudes of what was added.
struct Expected {
  double sum = 0;
  double magnitude = 0;

  void add(double product) {
    sum += product;
    magnitude += std::abs(product);
  }
};

void compare(VerifyReport& report, const Expected& expected, float found, int64_t row,
             int64_t column) {
  ++report.entries;
  const double difference = std::abs(found - expected.sum);
  const double error = expected.magnitude > 0 ? difference / expected.magnitude : difference;
  // A comparison that NaN fails.
  if (error <= report.max_rel_error) return;
  report.max_rel_error = error;
  if (error <= kVerifyTolerance32 || !report.first_mismatch.empty()) return;
  report.first_mismatch =
      fmt::format("row {}, column {}: expected {}, found {}", row, column, expected.sum, found);
}

}  // namespace

VerifyReport verify_spmm(const CsrMatrix& a, std::span<const float> x, int64_t columns,
                         std::span<const float> y) {
  WEFT_CHECK(static_cast<int64_t>(x.size()) == a.cols * columns &&
                 static_cast<int64_t>(y.size()) == a.rows * columns,
             "operands of the wrong size");
  VerifyReport report;
  std::vector<Expected> row_sums(static_cast<size_t>(columns));
  for (int64_t row = 0; row < a.rows; ++row) {
    std::fill(row_sums.begin(), row_sums.end(), Expected{});
    for (auto p = static_cast<size_t>(a.row_start[static_cast<size_t>(row)]);
         p < static_cast<size_t>(a.row_start[static_cast<size_t>(row) + 1]); ++p) {
      const float* const from = x.data() + a.column[p] * columns;
      for (size_t n = 0; n < row_sums.size(); ++n) {
        row_sums[n].add(a.value[p] * static_cast<double>(from[n]));
      }
    }
    for (size_t n = 0; n < row_sums.size(); ++n) {
      compare(report, row_sums[n], y[static_cast<size_t>(row * columns) + n], row,
              static_cast<int64_t>(n));
    }
  }
  report.passed = report.first_mismatch.empty();
  return report;
}

VerifyReport verify_sddmm(const CsrMatrix& s, std::span<const float> a, std::span<const float> b,
                          int64_t depth, std::span<const float> z) {
  WEFT_CHECK(static_cast<int64_t>(a.size()) == s.rows * depth &&
                 static_cast<int64_t>(b.size()) == s.cols * depth &&
                 static_cast<int64_t>(z.size()) == s.nnz(),
             "operands of the wrong size");
  VerifyReport report;
  for (int64_t row = 0; row < s.rows; ++row) {
    for (auto p = static_cast<size_t>(s.row_start[static_cast<size_t>(row)]);
         p < static_cast<size_t>(s.row_start[static_cast<size_t>(row) + 1]); ++p) {
      Expected expected;
      for (int64_t k = 0; k < depth; ++k) {
        expected.add(s.value[p] * static_cast<double>(a[static_cast<size_t>(row * depth + k)]) *
                     static_cast<double>(b[static_cast<size_t>(s.column[p] * depth + k)]));
      }
      compare(report, expected, z[p], row, s.column[p]);
    }
  }
  report.passed = report.first_mismatch.empty();
  return report;
}

}  // namespace weft::tensor
