// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

namespace weft::structure {

// The forms that a weight W with M rows (outputs) and N columns (inputs) can take.

/// W itself.
struct Dense {};

/// W = U V, U: M x rank, V: rank x N.
struct LowRank {
  int64_t rank = 0;
};

/// W = U V with V block-diagonal: `blocks` blocks of (rank / blocks) x (N / blocks), and U dense,
/// M x rank (BlockDense of StructuredFFN).
struct BlockDense {
  int64_t blocks = 0;
  int64_t rank = 0;
};

/// `blocks` dense blocks of (M / blocks) x (N / blocks) on the diagonal.
struct BlockDiagonal {
  int64_t blocks = 0;
};

/// Two block-diagonal products with a transposition between: w1 (k, q, p), then w2 (l, s, r), where
/// k p = N, l s = M and k q = l r. Element t of the middle is row t % q of block t / q of w1 and
/// column t / l of block t % l of w2; output s l + block. Dao et al., "Monarch", 2022.
struct Monarch {
  int64_t k = 0, q = 0, p = 0;
  int64_t l = 0, s = 0, r = 0;
};

/// The product of a Monarch matrix and a transposed one (MM*): three block-diagonal products with
/// transpositions between, C (k, m, p), D (m, l, k) and A (l, s, m), where k p = N and l s = M.
/// Block j of C takes the inputs j, j + k, ... and block i of A gives the outputs i, i + l, ...; in
/// between, block t of D mixes element t of all blocks. Dao et al., "Monarch", 2022.
struct MmStar {
  int64_t k = 0, p = 0;
  int64_t m = 0;
  int64_t l = 0, s = 0;
};

/// At most `kept` nonzeros in every `group` neighbours of a row.
struct NmSparse {
  int64_t kept = 2;
  int64_t group = 4;
};

/// W = A S B, S 2:4 sparse, A and B block-diagonal with square blocks of `block` (ARMOR, 2025).
struct Armor {
  int64_t block = 128;
};

/// log2(N) factors of two nonzeros in each row and column; N x N.
struct Butterfly {};

using Form = std::variant<Dense, LowRank, BlockDense, BlockDiagonal, Monarch, MmStar, NmSparse,
                          Armor, Butterfly>;

/// A form together with the size of the weight that it stands for.
struct Structure {
  int64_t rows = 0;  // M, outputs
  int64_t cols = 0;  // N, inputs
  Form form;
};

/// What a structure takes, whatever its values.
struct Cost {
  double parameters = 0;      // values that are stored
  double macs_per_token = 0;  // multiply-adds to apply it to one vector
  double index_bits = 0;      // positions of values, all together

  /// Bytes stored where a value has `value_bytes`.
  double bytes(double value_bytes) const { return parameters * value_bytes + index_bits / 8; }
};

/// Of a structure that was chosen for a weight of a size.
Cost cost_of(const Structure& structure);

/// The Monarch form of BlockShuffle(blocks): StructuredFFN keeps the middle as narrow as the
/// narrower side. Precondition: blocks divides rows and cols.
Monarch block_shuffle(int64_t rows, int64_t cols, int64_t blocks);

}  // namespace weft::structure
