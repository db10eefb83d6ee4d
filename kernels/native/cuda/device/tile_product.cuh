// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/native/cuda/device/copy_block.cuh"
#include "kernels/native/cuda/device/ptx.cuh"

namespace weft_cuda {

/// C[b,m,n] = sum over k of A[b,m,k] B[b,k,n], tile by tile: a CTA computes tile_m x tile_n
/// elements of C and walks k in blocks of tile_k, of which `stages` are in shared memory, those
/// ahead on their way. Everything is a constant of P, the mapping:
///   In, Sum, Out; unit                 types; Unit::Fma, Mma or MmaSparse
///   batch, m, n, k                     extents
///   a_batch a_m a_k, b_..., c_...      elements from one index to the next
///   tile_m tile_n tile_k, stages, split_k, threads; warp_m warp_n of matrix units
///   m_tiles, n_tiles, ctas; place(id)  the order in which CTAs are handed out
enum class Unit { Fma, Mma, MmaSparse };

/// Which tile a CTA computes, and which part of k.
struct TilePlace {
  int64_t batch, m, n, part;
};

template <class P>
constexpr bool kSparse = P::unit == Unit::MmaSparse;

/// Stored elements of A for each element of k.
template <class P>
constexpr int kKeep = kSparse<P> ? 2 : 1;

template <class P>
using BlockA =
    Block<typename P::In, P::tile_m, P::tile_k / kKeep<P>, P::a_m, P::a_k, P::m, P::k / kKeep<P>>;
template <class P>
using BlockB = Block<typename P::In, P::tile_n, P::tile_k, P::b_n, P::b_k, P::n, P::k>;

template <class P>
constexpr size_t kSharedBytes = P::stages*(BlockA<P>::kBytes + BlockB<P>::kBytes);

/// The sums of a thread on the ordinary pipes: rows_m x rows_n elements of the tile, in columns of
/// four neighbours so that a warp's reads of B's block are wide and free of conflicts.
template <class P>
struct FmaSums {
  using Sum = typename P::Sum;
  static constexpr int kOutputs = P::tile_m * P::tile_n / P::threads;
  static constexpr int kColumns = kOutputs >= 64 ? 8 : kOutputs >= 16 ? 4 : 1;
  static constexpr int kRows = kOutputs / kColumns;
  static constexpr int kWide = kColumns < 4 ? 1 : 4;
  static constexpr int kLanesN = P::tile_n / kColumns;
  static_assert(kOutputs >= 1 && kRows * kColumns * P::threads == P::tile_m * P::tile_n);
  static_assert(P::tile_n % kColumns == 0 && P::threads % kLanesN == 0);

  Sum sum[kRows][kColumns] = {};

  static __device__ int row(int i) { return (threadIdx.x / kLanesN) * kRows + i; }
  static __device__ int column(int j) {
    return j / kWide * kWide * kLanesN + (threadIdx.x % kLanesN) * kWide + j % kWide;
  }

  __device__ void add(const BlockA<P>& a, const BlockB<P>& b, int64_t) {
#pragma unroll
    for (int k = 0; k < P::tile_k; ++k) {
      Sum left[kRows], right[kColumns];
#pragma unroll
      for (int i = 0; i < kRows; ++i) left[i] = static_cast<Sum>(a.at(row(i), k));
#pragma unroll
      for (int j = 0; j < kColumns; ++j) right[j] = static_cast<Sum>(b.at(column(j), k));
#pragma unroll
      for (int i = 0; i < kRows; ++i)
#pragma unroll
        for (int j = 0; j < kColumns; ++j) sum[i][j] += left[i] * right[j];
    }
  }

  template <class Store>
  __device__ void each(Store store) const {
#pragma unroll
    for (int i = 0; i < kRows; ++i)
#pragma unroll
      for (int j = 0; j < kColumns; ++j) store(row(i), column(j), sum[i][j]);
  }
};

/// The sums of a warp on its matrix unit: warp_m x warp_n elements as 16 x 8 pieces.
template <class P>
struct MatrixSums {
  using In = typename P::In;
  using Step =
      std::conditional_t<kSparse<P>, SparseMatrixStep<std::conditional_t<kSparse<P>, In, __half>>,
                         MatrixStep<In>>;
  using Sum = typename Step::Sum;
  static constexpr int kStepK = (kSparse<P> ? 64 : 32) / sizeof(In);
  static constexpr int kRegister = 4 / sizeof(In);  // neighbours along k in 32 bits
  static constexpr int kPiecesM = P::warp_m / 16;
  static constexpr int kPiecesN = P::warp_n / 8;
  static constexpr int kRegistersB = kSparse<P> ? 4 : 2;
  static_assert(P::warp_m % 16 == 0 && P::warp_n % 8 == 0 && P::tile_k % kStepK == 0);
  static_assert((P::tile_m / P::warp_m) * (P::tile_n / P::warp_n) * 32 == P::threads);

  Sum sum[kPiecesM][kPiecesN][4] = {};
  const uint32_t* positions = nullptr;  // of a 2:4 operand: [m / 16][k / 32][8][2]
  int64_t tile_row = 0;                 // the first row of the tile, in A

  static __device__ int lane_row() { return threadIdx.x % 32 / 4; }
  static __device__ int lane_pair() { return threadIdx.x % 4; }
  static __device__ int warp_row() {
    return threadIdx.x / 32 / (P::tile_n / P::warp_n) * P::warp_m;
  }
  static __device__ int warp_column() {
    return threadIdx.x / 32 % (P::tile_n / P::warp_n) * P::warp_n;
  }

  __device__ void load_a(uint32_t (&to)[4], const BlockA<P>& a, int piece, int stored_k) const {
#pragma unroll
    for (int r = 0; r < 4; ++r)
      to[r] = a.neighbours(warp_row() + piece * 16 + lane_row() + r % 2 * 8,
                           stored_k + (lane_pair() + r / 2 * 4) * kRegister);
  }

  __device__ void load_b(uint32_t (&to)[kRegistersB], const BlockB<P>& b, int piece, int k) const {
    const int column = warp_column() + piece * 8;
    if constexpr (!BlockB<P>::kAlongK && sizeof(In) == 2) {
      b.template transpose<kRegistersB>(to, column, k);
    } else {
#pragma unroll
      for (int r = 0; r < kRegistersB; ++r)
        to[r] = b.neighbours(column + lane_row(), k + (lane_pair() + r * 4) * kRegister);
    }
  }

  __device__ uint32_t positions_of(int piece, int64_t k) const {
    constexpr int64_t kRowTiles = (P::m + 15) / 16, kColumnTiles = (P::k + 31) / 32;
    const int64_t row_tile = min((tile_row + warp_row()) / 16 + piece, kRowTiles - 1);
    const int64_t column_tile = min(k / 32, kColumnTiles - 1);
    return __ldg(&positions[((row_tile * kColumnTiles + column_tile) * 8 + lane_row()) * 2 +
                            lane_pair() % 2]);
  }

  __device__ void add(const BlockA<P>& a, const BlockB<P>& b, int64_t first_k) {
#pragma unroll
    for (int k = 0; k < P::tile_k; k += kStepK) {
      uint32_t left[kPiecesM][4], right[kPiecesN][kRegistersB];
#pragma unroll
      for (int i = 0; i < kPiecesM; ++i) load_a(left[i], a, i, k / kKeep<P>);
#pragma unroll
      for (int j = 0; j < kPiecesN; ++j) load_b(right[j], b, j, k);
#pragma unroll
      for (int i = 0; i < kPiecesM; ++i) {
        [[maybe_unused]] uint32_t places = 0;
        if constexpr (kSparse<P>) places = positions_of(i, first_k + k);
#pragma unroll
        for (int j = 0; j < kPiecesN; ++j) {
          if constexpr (kSparse<P>) {
            Step::run(sum[i][j], left[i], right[j], places);
          } else {
            Step::run(sum[i][j], left[i], right[j]);
          }
        }
      }
    }
  }

  template <class Store>
  __device__ void each(Store store) const {
#pragma unroll
    for (int i = 0; i < kPiecesM; ++i)
#pragma unroll
      for (int j = 0; j < kPiecesN; ++j)
#pragma unroll
        for (int r = 0; r < 4; ++r)
          store(warp_row() + i * 16 + lane_row() + r / 2 * 8,
                warp_column() + j * 8 + lane_pair() * 2 + r % 2, sum[i][j][r]);
  }
};

template <class P>
using Sums = std::conditional_t<P::unit == Unit::Fma, FmaSums<P>, MatrixSums<P>>;

/// Sums leave as the result's type.
template <class Out, class Sum>
__device__ Out rounded(Sum sum) {
  if constexpr (std::is_same_v<Out, Sum>) {
    return sum;
  } else {
    return Out(sum);
  }
}

/// One CTA. `partial` takes the sums of the parts where CTAs divide k: [part][b][m][n].
template <class P>
__global__ void __launch_bounds__(P::threads)
    tile_product(const typename P::In* a, const uint32_t* positions, const typename P::In* b,
                 typename P::Out* c, typename P::Sum* partial) {
  extern __shared__ __align__(16) unsigned char shared[];
  using A = BlockA<P>;
  using B = BlockB<P>;
  const TilePlace at = P::place(blockIdx.x);
  constexpr int64_t kBlocks = (P::k + P::tile_k - 1) / P::tile_k;
  constexpr int64_t kPartBlocks = (kBlocks + P::split_k - 1) / P::split_k;
  const int64_t first = at.part * kPartBlocks;
  const int64_t blocks = max(min(kPartBlocks, kBlocks - first), int64_t{0});

  const auto block_a = [&](int64_t i) { return A(shared + i % P::stages * A::kBytes); };
  const auto block_b = [&](int64_t i) {
    return B(shared + P::stages * A::kBytes + i % P::stages * B::kBytes);
  };
  const auto fetch = [&](int64_t i) {
    if (i < blocks) {
      const int64_t k = (first + i) * P::tile_k;
      block_a(i).template fetch<P::threads>(a + at.batch * P::a_batch, at.m * P::tile_m,
                                            k / kKeep<P>);
      block_b(i).template fetch<P::threads>(b + at.batch * P::b_batch, at.n * P::tile_n, k);
    }
    copies_end_group();
  };

  Sums<P> sums;
  if constexpr (kSparse<P>) {
    sums.positions = positions;
    sums.tile_row = at.m * P::tile_m;
  }
  constexpr int kAhead = P::stages - 1;
  for (int i = 0; i < kAhead; ++i) fetch(i);
  for (int64_t i = 0; i < blocks; ++i) {
    if constexpr (kAhead == 0) fetch(i);
    copies_wait<kAhead == 0 ? 0 : kAhead - 1>();
    __syncthreads();  // the block is whole, and nobody reads the one that is overwritten next
    if constexpr (kAhead > 0) fetch(i + kAhead);
    sums.add(block_a(i), block_b(i), (first + i) * P::tile_k);
    if constexpr (kAhead == 0) __syncthreads();
  }

  sums.each([&](int row, int column, typename P::Sum sum) {
    const int64_t m = at.m * P::tile_m + row, n = at.n * P::tile_n + column;
    if (m >= P::m || n >= P::n) return;
    if constexpr (P::split_k > 1) {
      partial[((at.part * P::batch + at.batch) * P::m + m) * P::n + n] = sum;
    } else {
      c[at.batch * P::c_batch + m * P::c_m + n * P::c_n] = rounded<typename P::Out>(sum);
    }
  });
}

/// Adds the parts of CTAs that divided k.
template <class P>
__global__ void add_parts(const typename P::Sum* partial, typename P::Out* c) {
  constexpr int64_t kElements = P::batch * P::m * P::n;
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= kElements) return;
  typename P::Sum sum = 0;
  for (int part = 0; part < P::split_k; ++part) sum += partial[part * kElements + i];
  const int64_t batch = i / (P::m * P::n), m = i / P::n % P::m, n = i % P::n;
  c[batch * P::c_batch + m * P::c_m + n * P::c_n] = rounded<typename P::Out>(sum);
}

}  // namespace weft_cuda
