// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/sparse_reference.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "kernels/native/cpu/csr_graphblas.h"
#include "kernels/native/cpu/csr_products.h"
#include "kernels/native/cpu/graphblas.h"
#include "kernels/native/cpu/timing.h"
#include "kernels/native/cpu/vector_kernels.h"
#include "kernels/tensor/verify_dense.h"

namespace weft::native {

namespace {

using tensor::CsrMatrix;
using Values = Array<float>;

/// Some rows of a matrix, spread evenly, that take no more than a second to compute slowly.
class SampledRows {
 public:
  SampledRows(const CsrMatrix& matrix, int64_t width) {
    constexpr int64_t kMostProducts = 1 << 26;
    const int64_t products = std::max<int64_t>(1, matrix.nnz() * width);
    const int64_t every = (products + kMostProducts - 1) / kMostProducts;
    sample_.cols = matrix.cols;
    sample_.row_start = {0};
    for (int64_t row = 0; row < matrix.rows; row += every) {
      rows_.push_back(row);
      first_entry_.push_back(matrix.row_start[row]);
      for (int64_t entry = matrix.row_start[row]; entry < matrix.row_start[row + 1]; ++entry) {
        sample_.column.push_back(matrix.column[entry]);
        sample_.value.push_back(matrix.value[entry]);
      }
      sample_.row_start.push_back(sample_.nnz());
    }
    sample_.rows = static_cast<int64_t>(rows_.size());
    against_ = "fp64 sums on the host";
    if (every > 1) against_ += fmt::format(", {} of {} rows", sample_.rows, matrix.rows);
  }

  const CsrMatrix& matrix() const { return sample_; }
  const std::string& against() const { return against_; }

  /// The rows of a dense matrix that belong to them.
  Values dense_rows(std::span<const float> values, int64_t width) const {
    Values chosen;
    for (const int64_t row : rows_) append(values, row * width, width, chosen);
    return chosen;
  }

  /// The values at their entries.
  Values entries(std::span<const float> values) const {
    Values chosen;
    for (size_t i = 0; i < rows_.size(); ++i)
      append(values, first_entry_[i], sample_.row_nnz(static_cast<int64_t>(i)), chosen);
    return chosen;
  }

 private:
  static void append(std::span<const float> values, int64_t first, int64_t count, Values& to) {
    const auto part = values.subspan(static_cast<size_t>(first), static_cast<size_t>(count));
    to.insert(to.end(), part.begin(), part.end());
  }

  CsrMatrix sample_;
  std::vector<int64_t> rows_, first_entry_;
  std::string against_;
};

NativeRun named(const char* implementation, std::string version, Timing timing) {
  NativeRun run;
  static_cast<Timing&>(run) = std::move(timing);
  run.implementation = implementation;
  run.version = std::move(version);
  return run;
}

std::string own_version() {
  return fmt::format("Weft, {}", vector_kernels<float>().level);
}

/// The plain kernel and the library on Y = A X.
SparseReference run_products(
    const SparseProduct& product, int threads, const Repetitions& repetitions,
    const std::function<void(const Csr32&, const Values&, Values&)>& plain) {
  const CsrMatrix& matrix = product.matrix;
  const Csr32 a(matrix);
  const Values x(product.left.begin(), product.left.end());
  const SampledRows rows(matrix, product.width);
  const auto verify = [&](const Values& y) {
    return tensor::verify_spmm(rows.matrix(), product.left, product.width,
                               rows.dense_rows(y, product.width));
  };
  SparseReference reference;
  Values y(static_cast<size_t>(matrix.rows * product.width));
  reference.runs.push_back(
      named("csr", own_version(), time_runs(repetitions, [&] { plain(a, x, y); })));
  reference.runs.back().verified = verify(y);
  GraphBlasSpmm library(a, x, product.width, threads);
  reference.runs.push_back(
      named("graphblas", graphblas::version(),
            time_runs(
                repetitions, [&] { library.multiply(); }, [&] { library.discard(); })));
  reference.runs.back().verified = verify(library.values());
  reference.fastest = fastest_of(reference.runs);
  reference.against = rows.against();
  return reference;
}

}  // namespace

SparseReference run_cpu_spmm(const SparseProduct& product, int threads,
                             const Repetitions& repetitions) {
  return run_products(product, threads, repetitions,
                      [&](const Csr32& a, const Values& x, Values& y) {
                        csr_spmm(a, x, product.width, y, threads);
                      });
}

SparseReference run_cpu_spmv(const SparseProduct& product, int threads,
                             const Repetitions& repetitions) {
  return run_products(
      product, threads, repetitions,
      [&](const Csr32& a, const Values& x, Values& y) { csr_spmv(a, x, y, threads); });
}

SparseReference run_cpu_sddmm(const SparseProduct& product, int threads,
                              const Repetitions& repetitions) {
  const Csr32 s(product.matrix);
  const Values a(product.left.begin(), product.left.end());
  const Values b(product.right.begin(), product.right.end());
  const SampledRows rows(product.matrix, product.width);
  Values z(product.matrix.column.size());
  SparseReference reference;
  reference.runs.push_back(named("csr", own_version(), time_runs(repetitions, [&] {
                                   csr_sddmm(s, a, b, product.width, z, threads);
                                 })));
  reference.runs.back().verified =
      tensor::verify_sddmm(rows.matrix(), rows.dense_rows(product.left, product.width),
                           product.right, product.width, rows.entries(z));
  reference.against = rows.against();
  return reference;
}

}  // namespace weft::native
