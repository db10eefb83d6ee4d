// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "mapper/compile/builder.h"

namespace weft::mapper {

/// Emits the phase that counts the products of each row and, on a single-threaded core, the upper
/// bound on where the entries of each row begin. Ends with a barrier of the machine. Returns the
/// single-threaded code.
std::vector<program::MicroOp> emit_distribution(ProgramBuilder& builder, int64_t rows);

/// Emits the walk over the products of row reg::kRow: A's entries, for each the row of B, staged as
/// the plan says. `consume` emits what happens to one product (column in reg::kColumn, value in
/// reg::kProduct). Where B lies in buffers, `consume_run`, if given, emits all entries [kB, kBEnd)
/// of the held arrays, times kAValue, at once.
void emit_row_products(ProgramBuilder& builder, const std::function<void()>& consume,
                       const std::function<void()>& consume_run = {});

/// Emits the part of the schedule in which the threads of a core work on a window of rows with one
/// shared table.
void emit_windows(ProgramBuilder& builder, const SpgemmOperands& operands);

/// Rows packed into windows, and the region of the table that each row owns.
struct Windows {
  std::vector<program::Group> groups;
  std::vector<int64_t> regions;  // [row], packed program::Region
  uint64_t capacity = 0;         // entries of a window at most
};

/// Packs consecutive rows into windows of a table of `slots`: each row gets a power of two of slots
/// that its bound fills to `load_factor` at most. A row that does not fit alone becomes several
/// passes over ranges of columns.
Windows pack_windows(const SpgemmOperands& operands, uint64_t slots, double load_factor);

/// Scratchpad bytes of a core that a window needs beside its tables; `buffers` of B per thread.
uint64_t window_overhead_bytes(const FabricTarget& target, uint64_t buffers);

/// Elements of one DMA buffer: long enough that the descriptor's cost is spread, short enough that
/// all threads' buffers leave most of the scratchpad to the table.
inline constexpr uint64_t kBufferElements = 128;

/// Compiles a plan: the thread programs of one SpGEMM on a fabric. Throws UserError where a buffer
/// does not fit, naming it, by how much, and the cheapest relaxation.
CompiledKernel compile_spgemm(const SpgemmPlan& plan, const FabricTarget& target,
                              const SpgemmOperands& operands);

}  // namespace weft::mapper
