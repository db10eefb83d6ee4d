// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/program/program.h"
#include "mapper/gpu/rows/hash_table.h"
#include "mapper/gpu/rows/row_sort.h"
#include "mapper/gpu/rows/spgemm_state.h"

namespace weft::mapper {

/// How CTAs sum rows of C in hash tables in shared memory.
struct HashRowsShape {
  int threads = 256;
  int lanes_per_row = 256;  // fewer than `threads`: several rows share a CTA, 8 lanes or more each
  uint32_t slots = 1024;    // of a row's table, a power of two
  bool numeric = true;      // false: entries are only counted
  RowSort sort = RowSort::Rank;
  program::HashBits bits = program::HashBits::Mixed;

  int rows_per_cta() const { return threads / lanes_per_row; }
  int64_t shared_bytes() const;
};

/// Counts or computes the rows `rows` of C, each in a hash table in shared memory: clear the table,
/// insert the products as walk_products() deals them to lanes, and, where it computes, collect the
/// entries, put them in order and store them.
class HashRows : public program::RowFunction {
 public:
  HashRows(SpgemmState& state, std::vector<int64_t> rows, const HashRowsShape& shape);

  int64_t ctas() const;
  void run(int64_t cta, program::CtaTrace& trace) override;

 private:
  void begin_rows(std::span<const int64_t> rows, program::CtaTrace& trace);
  void insert(std::span<const int64_t> rows, program::CtaTrace& trace);
  void count(std::span<const int64_t> rows, program::CtaTrace& trace);
  void drain(std::span<const int64_t> rows, program::CtaTrace& trace);
  unsigned lanes_per_group(int64_t row) const;

  SpgemmState& state_;
  std::vector<int64_t> rows_;
  HashRowsShape shape_;
  HashTable table_;
  std::vector<LaneGroup> groups_;
};

/// Adds the cost of one insertion by a warp to the work and chain of a step: compare-and-swaps, and
/// where values are added, an addition for every round in which lanes succeed.
void record_probes(const ProbeCost& cost, bool numeric, bool shared_counter,
                   program::WarpWork& work, program::WarpChain& chain);

/// Writes the entries of a table of `slots` from `first` on to row `row` of C, in column order.
void store_sorted(SpgemmState& state, const HashTable& table, uint32_t first, uint32_t slots,
                  int64_t row);

}  // namespace weft::mapper
