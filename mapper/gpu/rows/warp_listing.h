// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::mapper {

/// Warp instructions of the pieces that row kernels are made of, counted on the machine code that a
/// compiler makes of them. docs/gpu-sparse.md gives the listings.
struct WarpListing {
  double cta_begin = 24;    // which row, its pointers, who am I
  double entry_of_a = 12;   // an entry of A, the pointers of its row of B, the loop
  double element_of_b = 8;  // a column and a value of B, addresses, the loop
  double hash = 4;          // multiply, shift, mask
  double probe = 7;         // compare-and-swap, two tests, next slot, divergence
  double add64 = 5;       // load, compare-and-swap, test and retry of an fp64 add; without the add
  double drain_slot = 9;  // a slot is read, its place counted, moved
  double rank_compare = 2.5;  // of rank sort: subtract, add the sign, a quarter of load and loop
  double rank_load = 0.25;    // four columns that all lanes share come in one request
  double rank_store = 8;      // the entry goes to its place in memory
  double radix_pass = 44;     // an entry's digit is ranked and the entry exchanged
  double dense_slot = 8;      // a column of a window: bit, prefix, store
  double clear = 2;           // a slot is made empty
};
inline constexpr WarpListing kListing;

}  // namespace weft::mapper
