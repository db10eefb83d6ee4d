// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/verify.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/parallel.h"

namespace weft::tensor {

namespace {

/// One thread's accumulator: a row of A * B in dense form. A column's stamp says what the current
/// row knows of it, so that nothing has to be cleared between rows.
class RowChecker {
 public:
  RowChecker(const CsrMatrix& a, const CsrMatrix& b)
      : a_(a),
        b_(b),
        sum_(b.cols),
        magnitude_(b.cols),
        expected_in_(b.cols, -1),
        seen_in_(b.cols, -1) {}

  /// Compares one row; the answer says what is wrong with it, or is empty.
  std::string check(int64_t row, const ProductRow& computed) {
    compute(static_cast<int32_t>(row));
    if (computed.column.size() != computed.value.size()) {
      return fmt::format("row {}: expected one value per column, found {} columns and {} values",
                         row, computed.column.size(), computed.value.size());
    }
    std::string mismatch;
    for (size_t entry = 0; entry < computed.column.size() && mismatch.empty(); ++entry) {
      mismatch =
          check_entry(static_cast<int32_t>(row), computed.column[entry], computed.value[entry]);
    }
    if (mismatch.empty() && computed.column.size() != reached_.size()) mismatch = name_missing(row);
    entries_ += static_cast<int64_t>(computed.column.size());
    return mismatch;
  }

  double max_rel_error() const { return max_rel_error_; }
  int64_t entries() const { return entries_; }

 private:
  void compute(int32_t row) {
    reached_.clear();
    for (int64_t entry = a_.row_start[row]; entry < a_.row_start[row + 1]; ++entry) {
      const int32_t inner = a_.column[entry];
      for (int64_t place = b_.row_start[inner]; place < b_.row_start[inner + 1]; ++place) {
        accumulate(row, b_.column[place], a_.value[entry] * b_.value[place]);
      }
    }
  }

  void accumulate(int32_t row, int32_t column, double product) {
    if (expected_in_[column] != row) {
      expected_in_[column] = row;
      sum_[column] = 0;
      magnitude_[column] = 0;
      reached_.push_back(column);
    }
    sum_[column] += product;
    magnitude_[column] += std::abs(product);
  }

  std::string check_entry(int32_t row, int32_t column, double value) {
    if (column < 0 || column >= b_.cols) {
      return fmt::format("row {}: expected a column below {}, found {}", row, b_.cols, column);
    }
    if (expected_in_[column] != row) {
      return fmt::format("row {}, column {}: expected no entry, found {}", row, column, value);
    }
    if (seen_in_[column] == row)
      return fmt::format("row {}, column {}: expected one entry, found two", row, column);
    seen_in_[column] = row;
    const double error = relative_error(value, sum_[column], magnitude_[column]);
    max_rel_error_ = std::max(max_rel_error_, error);
    if (error <= kVerifyTolerance) return {};
    return fmt::format(
        "row {}, column {}: expected {}, found {} (error {:.2e} of the sum of |a*b|)", row, column,
        sum_[column], value, error);
  }

  /// Infinite where the value is not a number or differs from a sum of zeros.
  static double relative_error(double value, double sum, double magnitude) {
    if (value == sum) return 0;
    const double error = std::abs(value - sum) / magnitude;
    return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
  }

  std::string name_missing(int64_t row) const {
    const auto missing = std::ranges::find_if(
        reached_, [&](int32_t column) { return seen_in_[column] != static_cast<int32_t>(row); });
    return fmt::format("row {}, column {}: expected {}, found no entry", row, *missing,
                       sum_[*missing]);
  }

  const CsrMatrix& a_;
  const CsrMatrix& b_;
  std::vector<double> sum_;           // [column], valid where expected_in_ is the row
  std::vector<double> magnitude_;     // [column], sum of |a * b|
  std::vector<int32_t> expected_in_;  // [column], the last row of A * B with an entry there
  std::vector<int32_t> seen_in_;      // [column], the last row of C with an entry there
  std::vector<int32_t> reached_;      // columns of the current row of A * B
  double max_rel_error_ = 0;
  int64_t entries_ = 0;
};

}  // namespace

VerifyReport verify_product(const CsrMatrix& a, const CsrMatrix& b, const ProductRows& c) {
  WEFT_CHECK(a.cols == b.rows, "the inner sizes of a product agree");
  constexpr int kRowsPerChunk = 64;
  VerifyReport report;
  int64_t first_wrong_row = a.rows;
  base::SharedRange rows(a.rows, kRowsPerChunk);
  std::mutex reporting;
  base::on_processors(rows.parts(), [&] {
    RowChecker checker(a, b);
    while (const auto part = rows.take()) {
      for (int64_t row = part.begin; row < part.end; ++row) {
        std::string mismatch = checker.check(row, c(row));
        if (mismatch.empty()) continue;
        const std::lock_guard lock(reporting);
        if (row < first_wrong_row) {
          first_wrong_row = row;
          report.first_mismatch = std::move(mismatch);
        }
      }
    }
    const std::lock_guard lock(reporting);
    report.max_rel_error = std::max(report.max_rel_error, checker.max_rel_error());
    report.entries += checker.entries();
  });
  report.passed = first_wrong_row == a.rows;
  return report;
}

VerifyReport verify_product(const CsrMatrix& a, const CsrMatrix& b, const CsrMatrix& c) {
  if (c.rows != a.rows || c.cols != b.cols) {
    return {.passed = false,
            .max_rel_error = 0,
            .entries = 0,
            .first_mismatch = fmt::format("expected a product of {} x {}, found {} x {}", a.rows,
                                          b.cols, c.rows, c.cols)};
  }
  return verify_product(a, b, [&c](int64_t row) -> ProductRow {
    const auto begin = static_cast<size_t>(c.row_start[row]);
    const auto length = static_cast<size_t>(c.row_nnz(row));
    return {{c.column.data() + begin, length}, {c.value.data() + begin, length}};
  });
}

}  // namespace weft::tensor
