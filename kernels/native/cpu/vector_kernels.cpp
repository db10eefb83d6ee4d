// SPDX-License-Identifier: Apache-2.0
// Compiled once for each instruction set, into a namespace of its own (WEFT_VECTOR_LEVEL) with
// vectors of WEFT_VECTOR_BYTES. Everything else has internal linkage and no header of the standard
// library brings functions in: an inline function that two levels share would end up in the program
// once, perhaps in the form that this processor cannot run.
#include "kernels/native/cpu/vector_kernels.h"

namespace weft::native {

namespace {

template <class T>
constexpr int64_t kLanes = WEFT_VECTOR_BYTES / sizeof(T);

template <class T>
struct Vectors {
  typedef T Type __attribute__((vector_size(WEFT_VECTOR_BYTES)));
};
template <class T>
using Vector = typename Vectors<T>::Type;

/// Elements may lie anywhere: rows of a matrix begin where the one before ends. A copy becomes one
/// unaligned load or store; a vector type of lower alignment would, but templates of clang forget
/// it.
template <class T>
Vector<T> load_vector(const T* from) {
  Vector<T> vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

template <class T>
void store_vector(const Vector<T>& vector, T* to) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

/// Vectors of a row, all in registers.
template <int kVectors, class T>
struct RowSum {
  Vector<T> part[kVectors];

  void load(const T* from) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) part[v] = load_vector(from + v * kLanes<T>);
  }
  void clear() {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) part[v] = Vector<T>{};
  }
  void add(T factor, const T* row) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) part[v] += factor * load_vector(row + v * kLanes<T>);
  }
  void store_with(const RowSum& other, T* to) const {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) store_vector(part[v] + other.part[v], to + v * kLanes<T>);
  }
};

/// Entries with even numbers are added apart from those with odd ones: multiply-adds that wait for
/// each other would leave units idle.
template <int kVectors, class T, class Index>
void gather_tile(const T* value, const Index* row, int64_t entries, const T* x, int64_t x_step,
                 T* y, bool add) {
  RowSum<kVectors, T> even, odd;
  add ? even.load(y) : even.clear();
  odd.clear();
  int64_t e = 0;
  for (; e + 1 < entries; e += 2) {
    even.add(value[e], x + row[e] * x_step);
    odd.add(value[e + 1], x + row[e + 1] * x_step);
  }
  if (e < entries) even.add(value[e], x + row[e] * x_step);
  even.store_with(odd, y);
}

template <class T, class Index>
// NOLINTNEXTLINE(readability-function-size): called like a BLAS
void gather(const T* value, const Index* row, int64_t entries, const T* x, int64_t x_step, T* y,
            int64_t width, bool add) {
  int64_t done = 0;
  const auto tiles = [&]<int kVectors>() {
    for (; done + kVectors * kLanes<T> <= width; done += kVectors * kLanes<T>)
      gather_tile<kVectors>(value, row, entries, x + done, x_step, y + done, add);
  };
  if constexpr (WEFT_VECTOR_BYTES == 64) tiles.template operator()<8>();  // there are 32 registers
  tiles.template operator()<4>();
  tiles.template operator()<2>();
  tiles.template operator()<1>();
  for (; done < width; ++done) {
    T sum = add ? y[done] : T{};
    for (int64_t e = 0; e < entries; ++e) sum += value[e] * x[row[e] * x_step + done];
    y[done] = sum;
  }
}

template <class T>
T gather_dot(const T* value, const int32_t* column, int64_t entries, const T* x) {
  T sum{};
#pragma omp simd reduction(+ : sum)
  for (int64_t e = 0; e < entries; ++e) sum += value[e] * x[column[e]];
  return sum;
}

template <class T>
void sampled_dots(const T* value, const int32_t* row, int64_t entries, const T* a, const T* b,
                  int64_t depth, T* z) {
  for (int64_t e = 0; e < entries; ++e) {
    const T* const other = b + row[e] * depth;
    T sum{};
#pragma omp simd reduction(+ : sum)
    for (int64_t k = 0; k < depth; ++k) sum += a[k] * other[k];
    z[e] = value[e] * sum;
  }
}

template <class T>
T multiply_adds(int64_t rounds, T number) {
  const Vector<T> factor = Vector<T>{} + number;
  Vector<T> chains[kProbeChains];
  for (int64_t i = 0; i < kProbeChains; ++i) chains[i] = factor + static_cast<T>(i);
  for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int64_t i = 0; i < kProbeChains; ++i) chains[i] = chains[i] * factor + factor;
  }
  T sum{};
  for (const Vector<T>& chain : chains) {
    for (int64_t lane = 0; lane < kLanes<T>; ++lane) sum += chain[lane];
  }
  return sum;
}

template <class T>
void triad(T* a, const T* b, const T* c, int64_t size) {
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) a[i] = b[i] + 3 * c[i];
}

template <class T>
constexpr VectorKernels<T> table(const char* level) {
  return {gather<T, int32_t>, gather<T, uint8_t>, gather_dot<T>, sampled_dots<T>,
          multiply_adds<T>,   triad<T>,           kLanes<T>,     level};
}

}  // namespace

namespace WEFT_VECTOR_LEVEL {

extern const VectorKernels<float> kKernels32 = table<float>(WEFT_VECTOR_NAME);
extern const VectorKernels<double> kKernels64 = table<double>(WEFT_VECTOR_NAME);

}  // namespace WEFT_VECTOR_LEVEL

}  // namespace weft::native
