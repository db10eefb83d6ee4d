// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/cuda_emulation/grid.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "kernels/native/cuda/device/hash_rows.cuh"
#include "kernels/native/cuda/device/host_csr.cuh"
#include "kernels/native/cuda/device/product_operands.cuh"
#pragma GCC diagnostic pop

namespace weft_cuda {
namespace {

/// A mapping for extents that no tile divides. Order of CTAs: along m, then n, batch, part of k.
template <class Operand, class Result, Unit Pipe>
struct Case {
  using In = Operand;
  using Sum =
      std::conditional_t<std::is_same_v<Operand, double>, double,
                         std::conditional_t<std::is_same_v<Operand, int8_t>, int32_t, float>>;
  using Out = Result;
  static constexpr Unit unit = Pipe;
  static constexpr int64_t keep = Pipe == Unit::MmaSparse ? 2 : 1;
  static constexpr int64_t batch = 1, m = 70, n = 88, k = 96;
  static constexpr int64_t a_elements = m * k / keep, b_elements = k * n, c_elements = m * n;
  static constexpr int64_t a_batch = 0, a_m = k / keep, a_k = 1;
  static constexpr int64_t b_batch = 0, b_n = 1, b_k = n;
  static constexpr int64_t c_batch = 0, c_m = n, c_n = 1;
  static constexpr int tile_m = 64, tile_n = 32, tile_k = 32;
  static constexpr int stages = 3, split_k = 1, threads = 64;
  static constexpr int warp_m = 32, warp_n = 32;
};

template <class P>
struct Rastered : P {
  static constexpr int64_t m_tiles = (P::m + P::tile_m - 1) / P::tile_m;
  static constexpr int64_t n_tiles = (P::n + P::tile_n - 1) / P::tile_n;
  static constexpr int64_t ctas = m_tiles * n_tiles * P::batch * P::split_k;
  static TilePlace place(int64_t id) {
    return {id / (m_tiles * n_tiles) % P::batch, id % m_tiles, id / m_tiles % n_tiles,
            id / (m_tiles * n_tiles * P::batch)};
  }
};

template <class Mapping>
Verdict run_emulated() {
  using P = Rastered<Mapping>;
  static_assert(kSharedBytes<P> <= sizeof shared);
  const HostOperands<P> operands;
  std::vector<typename P::Out> c(P::c_elements);
  std::memset(static_cast<void*>(c.data()), 0x7F, c.size() * sizeof c[0]);
  std::vector<typename P::Sum> partial(P::split_k * P::batch * P::m * P::n);
  run_grid(P::ctas, P::threads, [&] {
    tile_product<P>(operands.a.data(), operands.positions.data(), operands.b.data(), c.data(),
                    partial.data());
  });
  if (P::split_k > 1) {
    run_grid((P::batch * P::m * P::n + 255) / 256, 256,
             [&] { add_parts<P>(partial.data(), c.data()); });
  }
  return verify(operands, c);
}

template <class Mapping>
void expect_right() {
  const Verdict verdict = run_emulated<Mapping>();
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

TEST(EmulatedProduct, TypesOfTheMatrixUnit) {
  expect_right<Case<__half, __half, Unit::Mma>>();
  expect_right<Case<__nv_bfloat16, __nv_bfloat16, Unit::Mma>>();
  expect_right<Case<Tf32, float, Unit::Mma>>();
  expect_right<Case<int8_t, int32_t, Unit::Mma>>();
}

TEST(EmulatedProduct, TypesOfTheOrdinaryPipes) {
  expect_right<Case<float, float, Unit::Fma>>();
  expect_right<Case<double, double, Unit::Fma>>();
  expect_right<Case<__half, __half, Unit::Fma>>();
  expect_right<Case<int8_t, int32_t, Unit::Fma>>();
}

TEST(EmulatedProduct, TwoOfFour) {
  expect_right<Case<__half, __half, Unit::MmaSparse>>();
  expect_right<Case<__nv_bfloat16, __nv_bfloat16, Unit::MmaSparse>>();
}

/// Features in stretches of blocks, as the blockdiag kernel stores them: B along k, C along m.
template <class P>
struct BlockDiagonal : P {
  static constexpr int64_t batch = 3;
  static constexpr int64_t a_elements = batch * P::m * P::k, b_elements = P::n * batch * P::k,
                           c_elements = P::n * batch * P::m;
  static constexpr int64_t a_batch = P::m * P::k, a_m = P::k, a_k = 1;
  static constexpr int64_t b_batch = P::k, b_n = batch * P::k, b_k = 1;
  static constexpr int64_t c_batch = P::m, c_m = 1, c_n = batch * P::m;
};

TEST(EmulatedProduct, BlockDiagonalOperands) {
  expect_right<BlockDiagonal<Case<__half, __half, Unit::Mma>>>();
  expect_right<BlockDiagonal<Case<float, float, Unit::Fma>>>();
}

/// A by columns: neither operand lies along k.
template <class P>
struct TransposedA : P {
  static constexpr int64_t a_m = 1, a_k = P::m;
};

TEST(EmulatedProduct, OperandsAcrossK) {
  expect_right<TransposedA<Case<__half, __half, Unit::Mma>>>();
  expect_right<TransposedA<Case<int8_t, int32_t, Unit::Mma>>>();
  expect_right<TransposedA<Case<float, float, Unit::Fma>>>();
}

template <class P, int Stages, int Parts>
struct Pipelined : P {
  static constexpr int stages = Stages, split_k = Parts;
};

TEST(EmulatedProduct, StagesAndPartsOfK) {
  using Half = Case<__half, __half, Unit::Mma>;
  expect_right<Pipelined<Half, 1, 1>>();
  expect_right<Pipelined<Half, 2, 2>>();
  expect_right<Pipelined<Half, 6, 4>>();  // more parts than blocks of k, more stages too
}

template <class P>
struct OddExtents : P {
  static constexpr int64_t m = 33, n = 17, k = 45;
  static constexpr int64_t a_elements = m * k, b_elements = k * n, c_elements = m * n;
  static constexpr int64_t a_m = k, b_k = n, c_m = n;
};

TEST(EmulatedProduct, LinesThatDoNotBeginOn16Bytes) {
  expect_right<OddExtents<Case<__half, __half, Unit::Mma>>>();
  expect_right<OddExtents<Case<float, float, Unit::Fma>>>();
}

TEST(EmulatedProduct, VerifyNoticesAWrongElement) {
  using P = Rastered<Case<float, float, Unit::Fma>>;
  const HostOperands<P> operands;
  std::vector<float> c(P::c_elements);
  for (int64_t i = 0; i < P::m * P::n; ++i)
    c[static_cast<size_t>(i)] = static_cast<float>(operands.sum(0, i / P::n, i % P::n));
  EXPECT_TRUE(verify(operands, c).passed);
  c.back() += 0.125f;
  EXPECT_THAT(verify(operands, c).mismatch, testing::StartsWith("C[6159]: expected "));
  std::memset(&c[5], 0x7F, sizeof c[5]);
  EXPECT_EQ(verify(operands, c).mismatch, "C[5] was never written");
}

template <int Slots, int Threads, HashBits Bits>
Verdict run_hash_product(const HostCsr& a, const HostCsr& b) {
  using Table = RowTable<Slots, Threads>;
  static_assert(sizeof(Table) <= sizeof shared);
  const DeviceCsr da{a.rows, a.cols, a.start.data(), a.column.data(), a.value.data()};
  const DeviceCsr db{b.rows, b.cols, b.start.data(), b.column.data(), b.value.data()};
  std::vector<int> rows(static_cast<size_t>(a.rows));
  for (int row = 0; row < a.rows; ++row) rows[static_cast<size_t>(row)] = row;
  std::vector<int64_t> entries(rows.size());
  HostCsr c;
  run_grid(a.rows, Threads, [&] {
    hash_rows<Slots, Threads, Bits, false>(da, db, rows.data(), entries.data(), nullptr, nullptr,
                                           nullptr);
  });
  for (const int64_t row : entries) c.start.push_back(c.start.back() + row);
  c.column.resize(static_cast<size_t>(c.start.back()));
  c.value.resize(c.column.size());
  run_grid(a.rows, Threads, [&] {
    hash_rows<Slots, Threads, Bits, true>(da, db, rows.data(), entries.data(), c.start.data(),
                                          c.column.data(), c.value.data());
  });
  double products = 0;
  return verify(a, b, c, products);
}

TEST(EmulatedHashRows, TablesWithRoomForEveryRow) {
  const HostCsr a = power_law(6, 300);
  const Verdict verdict = run_hash_product<256, 32, HashBits::Mixed>(a, a);
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

TEST(EmulatedHashRows, RowsThatOverfillTheTableGoByRangesOfColumns) {
  const HostCsr a = power_law(6, 600);
  for (const Verdict& verdict : {run_hash_product<64, 32, HashBits::Mixed>(a, a),
                                 run_hash_product<64, 32, HashBits::Low>(a, a),
                                 run_hash_product<64, 32, HashBits::High>(a, a)}) {
    EXPECT_TRUE(verdict.passed) << verdict.mismatch;
  }
}

}  // namespace
}  // namespace weft_cuda
