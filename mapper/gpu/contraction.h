// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "kernels/program/grid_program.h"

namespace weft::mapper {

/// C[b,m,n] += A[b,m,k] * B[b,k,n] as a tile kernel sees it: extents, types and bytes.
struct ContractionShape {
  int64_t batch = 1;
  int64_t m = 1;
  int64_t n = 1;
  int64_t k = 1;
  program::MathType math = program::MathType::Fp32;
  bool tensor_cores = false;
  bool sparse_a = false;  // A is 2:4 along k: half the values, two bits of position for each
  double a_bytes = 4;     // of an element as stored, positions included where A is sparse
  double b_bytes = 4;
  double c_bytes = 4;
  /// B is pruned along k and kept values meet the columns of A that an index names: A's blocks hold
  /// `a_staged` times the columns that are used, or are gathered word by word where it is 1.
  bool pruned_b = false;
  double a_staged = 1;
  bool a_by_batch = true;  // false: one A for all of the batch
  bool b_by_batch = true;
  bool a_on_chip = false;  // the SM has the CTA's part: it is neither copied nor staged
  bool b_on_chip = false;
  bool c_on_chip = false;  // it stays on the SM and is not stored
  std::string a_name = "A";
  std::string b_name = "B";
  std::string c_name = "C";

  double multiply_adds() const {
    return static_cast<double>(batch) * static_cast<double>(m) * static_cast<double>(n) *
           static_cast<double>(k);
  }
};

/// How a contraction is cut: the words `tiles`, `reduce` and `hold` of a schedule, and what
/// libraries fix beside them.
struct TileChoice {
  int64_t m = 128;
  int64_t n = 128;
  int64_t k = 8;
  int threads = 256;
  int64_t warp_m = 0;  // tensor cores: the tile of a warp
  int64_t warp_n = 0;
  int stages = 2;
  int slices = 1;       // groups of warps that share a CTA's tile and divide its k
  int64_t split_k = 1;  // CTAs that divide k
  bool n_fastest = false;
  int64_t swizzle = 1;
  bool wgmma = false;
  int cluster = 1;  // CTAs that lie side by side and share what the copy engine reads for them
  bool thread_each = false;  // a thread computes one element of C

  std::string str() const;
};

/// CTAs that one read of a block of A or B serves, on average.
struct Readers {
  double a = 1;
  double b = 1;
};

/// A cluster lies along m, where all its CTAs want one block of B, or along n, where they want one
/// of A: where that saves more. The last cluster of a row of tiles may be smaller.
Readers readers_of(const ContractionShape& shape, const TileChoice& tile);

/// Bytes that a CTA moves for each of its results. CTAs that divide k write partial sums of 32
/// bits, which are read again and added into C.
double result_bytes(const ContractionShape& shape, int64_t split_k);

/// The launch that computes `shape` with `tile`, time only.
program::Launch tile_launch(const std::string& name, const ContractionShape& shape,
                            const TileChoice& tile);

}  // namespace weft::mapper
