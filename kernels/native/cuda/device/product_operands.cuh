// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/native/cuda/device/tile_product.cuh"
#include "kernels/native/cuda/device/verdict.cuh"

namespace weft_cuda {

template <class T>
double number(T x) {
  if constexpr (std::is_same_v<T, Tf32>) {
    return x.value;
  } else if constexpr (std::is_same_v<T, double> || std::is_integral_v<T>) {
    return static_cast<double>(x);
  } else {
    return static_cast<float>(x);
  }
}

/// A value that every type holds exactly and whose sums of up to 2^18 products fp32 does too: an
/// eighth of -8 to 8, or for integers -8 to 7.
template <class T>
T exact_value(uint64_t stream, uint64_t index) {
  const auto bits = static_cast<int>(mixed(stream, index) % 17) - 8;
  if constexpr (std::is_same_v<T, int8_t>) {
    return static_cast<int8_t>(std::min(bits, 7));
  } else if constexpr (std::is_same_v<T, Tf32>) {
    return Tf32{bits / 8.0f};
  } else {
    return T(bits / 8.0f);
  }
}

template <class T>
double rounding_of() {
  if constexpr (std::is_same_v<T, __half>) return 0x1p-11;
  if constexpr (std::is_same_v<T, __nv_bfloat16>) return 0x1p-8;
  if constexpr (std::is_same_v<T, float>) return 0x1p-24;
  if constexpr (std::is_same_v<T, double>) return 0x1p-53;
  return 0;
}

/// The operands of a product on the host. A 2:4 operand keeps two of every four along k.
template <class P>
struct HostOperands {
  std::vector<typename P::In> a, b;
  std::vector<uint8_t> place;       // [stored element of A] its position, 0 to 3
  std::vector<uint32_t> positions;  // as the matrix unit reads them

  HostOperands() : a(P::a_elements), b(P::b_elements) {
    for (size_t i = 0; i < a.size(); ++i) a[i] = exact_value<typename P::In>(1, i);
    for (size_t i = 0; i < b.size(); ++i) b[i] = exact_value<typename P::In>(2, i);
    if constexpr (kSparse<P>) choose_places();
  }

  /// One of the six ways to keep two of four, and the words that say it: see SparseMatrixStep.
  void choose_places() {
    static_assert(P::k % 32 == 0 && P::batch == 1);
    constexpr uint8_t kPairs[6][2] = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};
    constexpr int64_t kRowTiles = (P::m + 15) / 16;
    place.resize(a.size());
    positions.assign(static_cast<size_t>(kRowTiles * (P::k / 32) * 16), 0x44444444u);
    for (int64_t m = 0; m < P::m; ++m) {
      for (int64_t group = 0; group < P::k / 4; ++group) {
        const auto& pair = kPairs[mixed(3, static_cast<uint64_t>(m * P::k / 4 + group)) % 6];
        for (int i = 0; i < 2; ++i) place[m * P::a_m + group * 2 + i] = pair[i];
        const int64_t tile = m / 16 * (P::k / 32) + group / 8;
        uint32_t& word = positions[(tile * 8 + m % 8) * 2 + group / 4 % 2];
        const int shift = static_cast<int>(m % 16 / 8 * 16 + group % 4 * 4);
        word = (word & ~(0xFu << shift)) | (static_cast<uint32_t>(pair[0] | pair[1] << 2) << shift);
      }
    }
  }

  /// The sum of one element of C.
  double sum(int64_t batch, int64_t m, int64_t n) const {
    double sum = 0;
    for (int64_t i = 0; i < P::k / kKeep<P>; ++i) {
      const int64_t at_a = batch * P::a_batch + m * P::a_m + i * P::a_k;
      int64_t k = i;
      if constexpr (kSparse<P>) k = i / 2 * 4 + place[at_a];
      sum += number(a[at_a]) * number(b[batch * P::b_batch + k * P::b_k + n * P::b_n]);
    }
    return sum;
  }
};

/// Compares a sample of C, first and last elements included, and looks for elements nobody wrote.
template <class P>
Verdict verify(const HostOperands<P>& operands, const std::vector<typename P::Out>& c) {
  using Out = typename P::Out;
  Verdict verdict;
  Out unwritten;
  std::memset(static_cast<void*>(&unwritten), 0x7F, sizeof unwritten);
  for (size_t i = 0; i < c.size(); ++i)
    if (std::memcmp(&c[i], &unwritten, sizeof unwritten) == 0)
      verdict.reject("C[" + std::to_string(i) + "] was never written");
  constexpr int64_t kElements = P::batch * P::m * P::n;
  constexpr int64_t kSample = 2048;
  const int64_t samples = std::min(kSample, kElements);
  for (int64_t i = 0; i < samples; ++i) {
    int64_t at = i == 0   ? 0
                 : i == 1 ? kElements - 1
                          : static_cast<int64_t>(mixed(4, i) % kElements);
    if (kElements <= kSample) at = i;
    const int64_t batch = at / (P::m * P::n), m = at / P::n % P::m, n = at % P::n;
    const double expected = operands.sum(batch, m, n);
    const auto place = static_cast<size_t>(batch * P::c_batch + m * P::c_m + n * P::c_n);
    const double found = number(c[place]);
    const double error = std::abs(found - expected) / std::max(std::abs(expected), 1.0);
    verdict.max_rel_error = std::max(verdict.max_rel_error, error);
    if (!(error <= 2 * rounding_of<Out>()))
      verdict.reject("C[" + std::to_string(place) + "]: expected " + std::to_string(expected) +
                     ", found " + std::to_string(found));
  }
  return verdict;
}

}  // namespace weft_cuda
