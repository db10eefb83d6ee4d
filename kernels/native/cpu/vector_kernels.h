// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::native {

/// The inner loops of Weft's own native kernels for one element type. They are compiled once for
/// each level of the instruction set; vector_kernels() picks the widest that the processor has.
/// Steps and widths count elements.
template <class T>
struct VectorKernels {
  /// y[0, width) = sum over e of value[e] * x[row[e] * x_step + 0, width); += where `add`. This is
  /// a row of a sparse matrix times a dense one.
  void (*gather_rows)(const T* value, const int32_t* row, int64_t entries, const T* x,
                      int64_t x_step, T* y, int64_t width, bool add);

  /// The same where rows are numbered in bytes, as within a block of a 2:4 matrix.
  void (*gather_near_rows)(const T* value, const uint8_t* row, int64_t entries, const T* x,
                           int64_t x_step, T* y, int64_t width, bool add);

  /// The sum over e of value[e] * x[column[e]].
  T (*gather_dot)(const T* value, const int32_t* column, int64_t entries, const T* x);

  /// z[e] = value[e] * (a . b[row[e] * depth + 0, depth)).
  void (*sampled_dots)(const T* value, const int32_t* row, int64_t entries, const T* a, const T* b,
                       int64_t depth, T* z);

  /// `rounds` times kProbeChains independent vector multiply-adds with a number below 1, which
  /// keeps them finite; the result keeps them alive.
  T (*multiply_adds)(int64_t rounds, T number);

  /// a[i] = b[i] + 3 c[i].
  void (*triad)(T* a, const T* b, const T* c, int64_t size);

  int64_t lanes;      ///< elements in a vector
  const char* level;  ///< "x86-64-v4"
};

/// Chains of multiply_adds(): enough for two units of four cycles' latency.
inline constexpr int64_t kProbeChains = 12;

/// The kernels for this processor. T is float or double.
template <class T>
const VectorKernels<T>& vector_kernels();

}  // namespace weft::native
