// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace weft::program {

/// The sparse result of a program, as the simulated machine lays it out: entries at positions of
/// one index space, rows as pieces [begin, begin + count) of it. Positions may be sparse
/// (upper-bound storage), so entries live in chunks that exist only where something was written.
class SparseResult {
 public:
  struct Piece {
    int64_t begin;
    int64_t count;
    int32_t row;
  };

  void store(int64_t position, int32_t column, double value) {
    Chunk& chunk = chunk_of(position);
    chunk.column[position & (kChunkEntries - 1)] = column;
    chunk.value[position & (kChunkEntries - 1)] = value;
  }

  /// Stores `count` entries at positions that follow each other.
  void store_run(int64_t position, const int32_t* columns, const double* values, int64_t count) {
    while (count > 0) {
      Chunk& chunk = chunk_of(position);
      const int64_t at = position & (kChunkEntries - 1);
      const int64_t part = std::min(count, kChunkEntries - at);
      std::copy_n(columns, part, chunk.column + at);
      std::copy_n(values, part, chunk.value + at);
      position += part;
      columns += part;
      values += part;
      count -= part;
    }
  }

  void add_piece(int64_t row, int64_t begin, int64_t count) {
    if (count > 0) pieces_.push_back({begin, count, static_cast<int32_t>(row)});
    entries_ += count;
  }

  int64_t entries() const { return entries_; }
  const std::vector<Piece>& pieces() const { return pieces_; }

  /// Sorts the pieces by row, so that row_entries can be asked.
  void index_rows(int64_t rows);

  /// Copies the entries of a row, in the order of their positions. Precondition: index_rows was
  /// called.
  void row_entries(int64_t row, std::vector<int32_t>& columns, std::vector<double>& values) const;

 private:
  static constexpr int64_t kChunkEntries = 1 << 9;  // small, so that gaps between rows cost little
  struct Chunk {
    int32_t column[kChunkEntries];
    double value[kChunkEntries];
  };

  Chunk& chunk_of(int64_t position) {
    const auto index = static_cast<size_t>(position / kChunkEntries);
    if (index >= chunks_.size()) [[unlikely]] {
      chunks_.resize(index + index / 2 + 1);
    }
    if (chunks_[index] == nullptr) [[unlikely]] {
      chunks_[index] = fresh_chunk();
    }
    return *chunks_[index];
  }

  /// Chunks come from blocks of memory of their own: strewn between what the simulation allocates
  /// and frees, they would keep three times their size from the system.
  Chunk* fresh_chunk() {
    if (blocks_.empty() || used_in_block_ == kBlockChunks) {
      blocks_.push_back(std::make_unique_for_overwrite<Chunk[]>(kBlockChunks));
      used_in_block_ = 0;
    }
    return &blocks_.back()[used_in_block_++];
  }

  static constexpr size_t kBlockChunks = 1 << 9;  // 3 MiB

  std::vector<Chunk*> chunks_;  // null where nothing was written
  std::vector<std::unique_ptr<Chunk[]>> blocks_;
  size_t used_in_block_ = 0;
  std::vector<Piece> pieces_;
  std::vector<int64_t> row_piece_;  // [rows + 1] after index_rows
  int64_t entries_ = 0;
};

}  // namespace weft::program
