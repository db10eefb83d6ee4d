// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/result.h"

#include <algorithm>

namespace weft::program {

void SparseResult::index_rows(int64_t rows) {
  std::sort(pieces_.begin(), pieces_.end(), [](const Piece& x, const Piece& y) {
    return x.row != y.row ? x.row < y.row : x.begin < y.begin;
  });
  row_piece_.assign(static_cast<size_t>(rows) + 1, 0);
  for (const Piece& piece : pieces_) ++row_piece_[static_cast<size_t>(piece.row) + 1];
  for (size_t row = 0; row + 1 < row_piece_.size(); ++row) row_piece_[row + 1] += row_piece_[row];
}

void SparseResult::row_entries(int64_t row, std::vector<int32_t>& columns,
                               std::vector<double>& values) const {
  columns.clear();
  values.clear();
  const auto begin = static_cast<size_t>(row_piece_[static_cast<size_t>(row)]);
  const auto end = static_cast<size_t>(row_piece_[static_cast<size_t>(row) + 1]);
  for (size_t p = begin; p < end; ++p) {
    for (int64_t position = pieces_[p].begin; position < pieces_[p].begin + pieces_[p].count;
         ++position) {
      const Chunk& chunk = *chunks_[static_cast<size_t>(position / kChunkEntries)];
      columns.push_back(chunk.column[position & (kChunkEntries - 1)]);
      values.push_back(chunk.value[position & (kChunkEntries - 1)]);
    }
  }
}

}  // namespace weft::program
