// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "kernels/program/program.h"
#include "mapper/gpu/rows/hash_table.h"
#include "mapper/gpu/rows/row_sort.h"
#include "mapper/gpu/rows/spgemm_state.h"

namespace weft::mapper {

/// How CTAs sum rows of C that fit no shared memory in hash tables in global memory.
struct GlobalRowsShape {
  int threads = 1024;
  uint32_t slots = 0;  // that every row has room for, a power of two
  RowSort sort = RowSort::Rank;
  program::HashBits bits = program::HashBits::Mixed;

  int64_t table_bytes() const { return int64_t{slots} * (kIndexBytes + kValueBytes); }
};

/// Slots of a table for so many entries, of which at most four fifths fill up.
constexpr uint32_t slots_for(uint32_t entries) {
  return std::bit_ceil(entries + entries / 4);
}

/// Computes rows of C in hash tables in global memory. Every probe and every addition is an atomic
/// that the L2 performs; entries are collected in C, read back and put in order: by rank, all of
/// them are read again for each 1024; by radix, once for each byte of a column.
class GlobalRows : public program::RowFunction {
 public:
  GlobalRows(SpgemmState& state, std::vector<int64_t> rows, const GlobalRowsShape& shape);

  int64_t ctas() const { return static_cast<int64_t>(rows_.size()); }
  void run(int64_t cta, program::CtaTrace& trace) override;

 private:
  void begin_row(int64_t row, uint64_t table_at, program::CtaTrace& trace);
  void insert(int64_t row, uint64_t table_at, program::CtaTrace& trace);
  void drain(int64_t row, uint64_t table_at, program::CtaTrace& trace);
  void rank(int64_t entries, uint64_t table_at, program::CtaTrace& trace);
  void radix(int64_t entries, uint64_t table_at, program::CtaTrace& trace);

  SpgemmState& state_;
  std::vector<int64_t> rows_;
  GlobalRowsShape shape_;
  HashTable table_;
  uint64_t tables_at_;
  uint32_t slots_ = 0;  // of the row in hand, where its entries are known
};

}  // namespace weft::mapper
