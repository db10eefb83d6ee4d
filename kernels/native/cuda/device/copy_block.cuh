// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/native/cuda/device/ptx.cuh"

namespace weft_cuda {

/// A block of an operand in shared memory: Rows of m (or n) by Depth of k, stored along whichever
/// of the two is dense in memory. 16 bytes between lines keep reads of neighbouring lines on other
/// banks. RowStep and DepthStep are the elements from one row and one k to the next in global
/// memory, RowsEnd and DepthEnd the operand's extents, past which the block is zero.
template <class T, int Rows, int Depth, int64_t RowStep, int64_t DepthStep, int64_t RowsEnd,
          int64_t DepthEnd>
struct Block {
  static constexpr bool kAlongK = DepthStep == 1;
  static constexpr int kLines = kAlongK ? Rows : Depth;
  static constexpr int kLength = kAlongK ? Depth : Rows;
  static constexpr int kWide = 16 / static_cast<int>(sizeof(T));
  static constexpr int kPitch = (kLength + kWide - 1) / kWide * kWide + kWide;
  static constexpr size_t kBytes = size_t{kLines} * kPitch * sizeof(T);
  static constexpr int64_t kLineStep = kAlongK ? RowStep : DepthStep;
  static constexpr int64_t kElementStep = kAlongK ? DepthStep : RowStep;
  static constexpr int64_t kLengthEnd = kAlongK ? DepthEnd : RowsEnd;
  /// Whether every line begins on 16 bytes and ends on them, so that it moves 16 at a time.
  static constexpr bool kInWide = kElementStep == 1 && kLineStep % kWide == 0 &&
                                  kLengthEnd % kWide == 0 && kLength % kWide == 0;

  T* data;

  __device__ explicit Block(unsigned char* place) : data(reinterpret_cast<T*>(place)) {}

  __device__ T at(int row, int k) const {
    return data[kAlongK ? row * kPitch + k : k * kPitch + row];
  }

  /// The 32 bits that begin with (row, k) and go on along k.
  __device__ uint32_t neighbours(int row, int k) const {
    if constexpr (kAlongK) {
      return *reinterpret_cast<const uint32_t*>(&data[row * kPitch + k]);
    } else {
      constexpr int kCount = 4 / sizeof(T);
      T values[kCount];
#pragma unroll
      for (int i = 0; i < kCount; ++i) values[i] = data[(k + i) * kPitch + row];
      uint32_t bits;
      std::memcpy(&bits, values, sizeof bits);
      return bits;
    }
  }

  /// For 16-bit elements stored along rows: registers r with (row + lane / 4, k + 8r + 2(lane % 4))
  /// and the next k.
  template <int Registers>
  __device__ void transpose(uint32_t (&to)[Registers], int row, int k) const {
    static_assert(sizeof(T) == 2 && !kAlongK && Registers % 2 == 0);
#pragma unroll
    for (int r = 0; r < Registers; r += 2) {
      load_transposed(to[r], to[r + 1],
                      &data[(k + r * 8 + static_cast<int>(threadIdx.x % 16)) * kPitch + row]);
    }
  }

  /// Brings the block that begins at (row, k) of the operand; all threads of the CTA take part.
  template <int Threads>
  __device__ void fetch(const T* operand, int64_t row, int64_t k) {
    const int64_t first_line = kAlongK ? row : k, first = kAlongK ? k : row;
    constexpr int64_t kLinesEnd = kAlongK ? RowsEnd : DepthEnd;
    constexpr int kPiece = kInWide ? kWide : 1;
    constexpr int kPieces = kLength / kPiece;
    for (int i = static_cast<int>(threadIdx.x); i < kLines * kPieces; i += Threads) {
      const int line = i / kPieces, element = i % kPieces * kPiece;
      const bool inside = first_line + line < kLinesEnd && first + element < kLengthEnd;
      const T* from =
          operand +
          (inside ? (first_line + line) * kLineStep + (first + element) * kElementStep : 0);
      T* to = &data[line * kPitch + element];
      if constexpr (kInWide) {
        copy_16(to, from, inside);
      } else {
        *to = inside ? *from : T{};
      }
    }
  }
};

}  // namespace weft_cuda
