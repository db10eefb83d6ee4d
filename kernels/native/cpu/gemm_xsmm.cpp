// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <libxsmm.h>

#include "base/error.h"
#include "kernels/native/cpu/aligned.h"
#include "kernels/native/cpu/gemm_library.h"

// LIBXSMM generates code for one small product at a time, so a larger product is cut into tiles:
// those of A stay in the L2 cache while a row of tiles of C is formed. The library counts by
// columns: a product by rows is the product of the transposed matrices in the other order.
namespace weft::native {

namespace {

// A tile of B (kInner x kWide) fills half of an L2 cache of 512 KiB in fp32.
constexpr int64_t kTall = 64;
constexpr int64_t kWide = 128;
constexpr int64_t kInner = 512;

libxsmm_blasint extent(int64_t extent) {
  return static_cast<libxsmm_blasint>(extent);
}

auto dispatch(libxsmm_blasint m, libxsmm_blasint n, libxsmm_blasint k, const libxsmm_blasint* lda,
              const libxsmm_blasint* ldb, const libxsmm_blasint* ldc, const float* beta) {
  constexpr float kAlpha = 1;
  return libxsmm_smmdispatch(m, n, k, lda, ldb, ldc, &kAlpha, beta, nullptr, nullptr);
}

auto dispatch(libxsmm_blasint m, libxsmm_blasint n, libxsmm_blasint k, const libxsmm_blasint* lda,
              const libxsmm_blasint* ldb, const libxsmm_blasint* ldc, const double* beta) {
  constexpr double kAlpha = 1;
  return libxsmm_dmmdispatch(m, n, k, lda, ldb, ldc, &kAlpha, beta, nullptr, nullptr);
}

template <class T>
MatrixView<T> tile(const MatrixView<T>& whole, int64_t row, int64_t rows, int64_t col,
                   int64_t cols) {
  return {whole.at(row, col), std::min(rows, whole.rows - row), std::min(cols, whole.cols - col),
          whole.row_step, whole.col_step};
}

template <class T>
void multiply_tile(const MatrixView<const T>& a, const MatrixView<const T>& b,
                   const MatrixView<T>& c, bool add) {
  const libxsmm_blasint lda = extent(leading(a.row_step, a.cols));
  const libxsmm_blasint ldb = extent(leading(b.row_step, b.cols));
  const libxsmm_blasint ldc = extent(leading(c.row_step, c.cols));
  const T beta = add ? 1 : 0;
  const auto kernel =
      dispatch(extent(c.cols), extent(c.rows), extent(a.cols), &ldb, &lda, &ldc, &beta);
  WEFT_CHECK(kernel != nullptr, "LIBXSMM generates no code for a tile");
  kernel(b.data, a.data, c.data);
}

/// A tile of B with its rows end to end: in a large matrix they are often a power of two apart,
/// where they push each other out of the caches.
template <class T>
MatrixView<const T> packed(const MatrixView<const T>& from) {
  thread_local Array<T> copy;
  copy.resize(static_cast<size_t>(from.rows * from.cols));
  for (int64_t row = 0; row < from.rows; ++row)
    std::copy_n(from.at(row, 0), from.cols, copy.data() + row * from.cols);
  return {copy.data(), from.rows, from.cols, from.cols, 1};
}

template <class T>
void multiply_tiles(const MatrixView<const T>& a, const MatrixView<const T>& b,
                    const MatrixView<T>& c) {
  WEFT_CHECK(accepts(GemmLibrary::Xsmm, a) && accepts(GemmLibrary::Xsmm, b) && c.by_rows(),
             "an operand that LIBXSMM cannot read as it lies");
  for (int64_t col = 0; col < c.cols; col += kWide) {
    for (int64_t inner = 0; inner < a.cols; inner += kInner) {
      const MatrixView<const T> there = tile(b, inner, kInner, col, kWide);
      const MatrixView<const T> right = c.rows > kTall ? packed(there) : there;
      for (int64_t row = 0; row < c.rows; row += kTall) {
        multiply_tile(tile(a, row, kTall, inner, kInner), right, tile(c, row, kTall, col, kWide),
                      inner > 0);
      }
    }
  }
}

}  // namespace

void xsmm_multiply(const MatrixView<const float>& a, const MatrixView<const float>& b,
                   const MatrixView<float>& c) {
  multiply_tiles(a, b, c);
}

void xsmm_multiply(const MatrixView<const double>& a, const MatrixView<const double>& b,
                   const MatrixView<double>& c) {
  multiply_tiles(a, b, c);
}

std::string xsmm_version() {
  return fmt::format("LIBXSMM {}, {}", LIBXSMM_CONFIG_VERSION, libxsmm_get_target_arch());
}

}  // namespace weft::native
