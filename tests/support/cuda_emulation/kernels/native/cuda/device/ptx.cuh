// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include <Eigen/Core>

#include "kernels/dense/round.h"
#include "tests/support/cuda_emulation/grid.h"

/// What kernels/native/cuda/device/ptx.cuh does by instructions, element by element: which lane
/// holds which element is written from the tables of the PTX ISA ("Matrix fragments"), apart from
/// the kernels.
template <weft::ir::Dtype Type>
struct EmulatedFloat {
  uint16_t bits = 0;
  EmulatedFloat() = default;
  explicit EmulatedFloat(float value);
  explicit operator float() const;
};
using __half = EmulatedFloat<weft::ir::Dtype::F16>;
using __nv_bfloat16 = EmulatedFloat<weft::ir::Dtype::Bf16>;

template <>
inline __half::EmulatedFloat(float value) {
  bits = Eigen::numext::bit_cast<uint16_t>(Eigen::half(value));
}
template <>
inline __half::operator float() const {
  return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits));
}
template <>
inline __nv_bfloat16::EmulatedFloat(float value) {
  const auto rounded =
      static_cast<float>(weft::dense::round_to(weft::ir::Dtype::Bf16, static_cast<double>(value)));
  uint32_t word;
  std::memcpy(&word, &rounded, sizeof word);
  bits = static_cast<uint16_t>(word >> 16);
}
template <>
inline __nv_bfloat16::operator float() const {
  const uint32_t word = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}
inline float __half2float(__half x) {
  return static_cast<float>(x);
}
inline float __bfloat162float(__nv_bfloat16 x) {
  return static_cast<float>(x);
}

namespace weft_cuda {

struct Tf32 {
  float value;
};

inline void copy_16(void* to, const void* from, bool inside) {
  if (inside) std::memcpy(to, from, 16);
  if (!inside) std::memset(to, 0, 16);
}
inline void copies_end_group() {}
template <int Ahead>
void copies_wait() {}

inline void load_transposed(uint32_t& first, uint32_t& second, const void* line) {
  WarpBoard& board = warp_board();
  board.line[lane()] = line;
  board.meet.arrive_and_wait();
  uint32_t* to[2] = {&first, &second};
  for (int piece = 0; piece < 2; ++piece) {
    uint16_t pair[2];
    for (int i = 0; i < 2; ++i) {
      const auto* from = static_cast<const uint16_t*>(board.line[piece * 8 + lane() % 4 * 2 + i]);
      pair[i] = from[lane() / 4];
    }
    std::memcpy(to[piece], pair, sizeof pair);
  }
  board.meet.arrive_and_wait();
}

inline double value_of(float x) {
  return static_cast<double>(x);
}
inline double value_of(Tf32 x) {
  return static_cast<double>(x.value);
}
inline double value_of(int8_t x) {
  return x;
}
inline double value_of(__half x) {
  return static_cast<double>(static_cast<float>(x));
}
inline double value_of(__nv_bfloat16 x) {
  return static_cast<double>(static_cast<float>(x));
}

/// The element at byte `byte` of k that register words of 32 bits hold: 4 bytes a lane, then 16 on.
template <class In>
double element(const WarpBoard& board, int group, int first_word, int words_apart, int byte) {
  const uint32_t word = board.word[group * 4 + byte % 16 / 4][first_word + byte / 16 * words_apart];
  In value;
  std::memcpy(&value, reinterpret_cast<const char*>(&word) + byte % 4, sizeof value);
  return value_of(value);
}

template <class In>
struct MatrixStep {
  using Sum = std::conditional_t<std::is_same_v<In, int8_t>, int32_t, float>;
  static void run(Sum (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
    WarpBoard& board = warp_board();
    for (int r = 0; r < 4; ++r) board.word[lane()][r] = a[r];
    for (int r = 0; r < 2; ++r) board.word[lane()][4 + r] = b[r];
    board.meet.arrive_and_wait();
    for (int i = 0; i < 4; ++i) {
      const int row = lane() / 4 + i / 2 * 8, column = lane() % 4 * 2 + i % 2;
      double sum = static_cast<double>(d[i]);
      for (int byte = 0; byte < 32; byte += static_cast<int>(sizeof(In)))
        sum +=
            element<In>(board, row % 8, row / 8, 2, byte) * element<In>(board, column, 4, 1, byte);
      d[i] = static_cast<Sum>(sum);
    }
    board.meet.arrive_and_wait();
  }
};

template <class In>
struct SparseMatrixStep {
  using Sum = float;
  static void run(Sum (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[4], uint32_t positions) {
    WarpBoard& board = warp_board();
    for (int r = 0; r < 4; ++r) board.word[lane()][r] = a[r];
    for (int r = 0; r < 4; ++r) board.word[lane()][4 + r] = b[r];
    board.word[lane()][8] = positions;
    board.meet.arrive_and_wait();
    for (int i = 0; i < 4; ++i) {
      const int row = lane() / 4 + i / 2 * 8, column = lane() % 4 * 2 + i % 2;
      double sum = static_cast<double>(d[i]);
      for (int stored = 0; stored < 16; ++stored) {
        const uint32_t word = board.word[row % 8 * 4 + stored / 8][8];
        const int place = static_cast<int>(word >> (row / 8 * 16 + stored % 8 * 2) & 3);
        const int k = stored / 2 * 4 + place;
        sum += element<In>(board, row % 8, row / 8, 2, stored * 2) *
               element<In>(board, column, 4, 1, k * 2);
      }
      d[i] = static_cast<Sum>(sum);
    }
    board.meet.arrive_and_wait();
  }
};

}  // namespace weft_cuda
