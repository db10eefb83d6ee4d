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

/// Elements of one DMA buffer: long enough that the descriptor's cost is spread, short enough that
/// all threads' buffers leave most of the scratchpad to the accumulators.
inline constexpr int64_t kBufferElements = 128;

/// Emits the phase that counts the products of each row into array `flops`, and a barrier of the
/// machine.
void emit_row_counts(ProgramBuilder& builder, int64_t rows);

/// Emits code that leaves a count for the index in the given register in reg::kCount. It may use
/// kTemporary and kLength, and runs twice for every index.
using IndexedValue = std::function<void(uint8_t index)>;

/// Sums the counts of the thread's block [kIndex, kLimit): kSum = the block's own sum, kPosition =
/// that of the blocks of the core's threads before it, which have met here.
void emit_core_prefix(ProgramBuilder& builder, const IndexedValue& value);

/// A parallel scan of [0, count) by all threads of the machine: `use` finds the index in kIndex,
/// its count in kCount and the sum of all counts before it in kPosition. Ends with a barrier of the
/// machine.
void emit_scan(ProgramBuilder& builder, int64_t count, const IndexedValue& value,
               const std::function<void()>& use);

/// Scans min(counts[row], cols) into array `task_position`: where each row of C begins at the
/// latest.
void emit_upper_bounds(ProgramBuilder& builder, int16_t counts, int64_t rows, int64_t cols);

/// Deals tasks [0, count) to all threads of the machine as the plan's assignment says; `body` finds
/// its task in kTask. No thread waits for another.
void emit_tasks(ProgramBuilder& builder, int64_t count, const std::function<void()>& body);

/// The same where rows have owners: each core takes the tasks of its own rows. `first_of_row`: the
/// first task of each row, and their number at the end.
void emit_owned_tasks(ProgramBuilder& builder, const std::vector<int64_t>& first_of_row,
                      const std::function<void()>& body);

/// Tasks that a core takes from the machine at a time.
int64_t tasks_per_group(const SpgemmPlan& plan, unsigned cores, int64_t count);

/// What a walk over products is for.
struct Walk {
  bool values = true;     // their values, or only their coordinates
  bool filtered = false;  // only columns that the present pass keeps
  bool located = false;   // kA and kAEnd are at hand: a part of a row
};

/// Registers that receive an entry of A and the extent of the row of B that it names.
struct FetchedEntry {
  uint8_t value;
  uint8_t begin;
  uint8_t end;
};

/// Emits the look-up of A's row kRow as [kA, kAEnd), and its first buffer where A is held.
void emit_locate_row(ProgramBuilder& builder, const Walk& walk = {});

/// Emits the next entry kA of A's row and the extent of its row of B; kA moves on.
void emit_fetch(ProgramBuilder& builder, const FetchedEntry& to, const Walk& walk = {});

/// The innermost loop: every entry of B in [kB, kBEnd), multiplied by kAValue. Precondition: the
/// range is not empty.
void emit_products(ProgramBuilder& builder, int16_t columns, int16_t values,
                   const std::function<void()>& consume, const Walk& walk = {});

/// Emits the walk over the products of row reg::kRow: A's entries, for each the row of B, staged as
/// the plan says. `consume` emits what happens to one product (column in reg::kColumn, value in
/// reg::kProduct). Where B lies in buffers, `consume_run`, if given, emits all entries [kB, kBEnd)
/// of the held arrays, times kAValue, at once.
void emit_row_products(ProgramBuilder& builder, const std::function<void()>& consume,
                       const Walk& walk = {}, const std::function<void()>& consume_run = {});

/// Fibers to merge: while cursor < end, `open_next` opens one and moves the cursor on.
struct FiberSource {
  uint8_t cursor;
  uint8_t end;
  std::function<void()> open_next;
};

/// Storage of the threads' merge heaps and of spilled runs of up to `longest_spill` elements a row.
void lay_out_merge(ProgramBuilder& builder, uint64_t longest_spill);

/// Emits the merge of row kRow's fibers into C from kPosition on, in several passes where they are
/// more than the heap has ways.
void emit_merge(ProgramBuilder& builder, const FiberSource& fibers);

/// Emits the part of the schedule in which the threads of a core work on a window of rows with one
/// shared table. This and its sisters return how many positions of C they use at most.
uint64_t emit_windows(ProgramBuilder& builder, const SpgemmOperands& operands);

/// Emits row by row with private hash or dense accumulators.
uint64_t emit_rows(ProgramBuilder& builder, const SpgemmOperands& operands);

/// Emits row by row with a merge.
uint64_t emit_row_merge(ProgramBuilder& builder, const SpgemmOperands& operands);

/// Emits the outer product, A by columns.
uint64_t emit_outer(ProgramBuilder& builder, const SpgemmOperands& operands);

/// Emits the inner product, B by columns.
uint64_t emit_inner(ProgramBuilder& builder, const SpgemmOperands& operands);

/// Rows of a window at most: what its counters have room for.
inline constexpr int64_t kMaxWindowRows = 8192;

/// Rows packed into windows, and the region of the table that each row owns.
struct Windows {
  std::vector<program::Group> groups;
  std::vector<std::vector<uint32_t>> owned;  // [core] groups of rows that it owns; empty: none has
                                             // an owner
  std::vector<int64_t> regions;              // [row], packed program::Region
  uint64_t capacity = 0;                     // entries of a window at most
};

/// Packs consecutive rows into windows of a table of `slots`: each row gets an odd number of slots
/// that its bound fills to `load_factor` at most. A row that does not fit alone becomes several
/// passes over ranges of columns. The tasks of a window are its rows, or with `grain` its tokens.
/// Where rows have owners among `cores`, a window has one.
Windows pack_windows(const SpgemmOperands& operands, uint64_t slots, double load_factor,
                     int64_t grain, const RowShares& owners = {}, unsigned cores = 1);

/// The first token of each row, and their number at the end: [rows + 1]. A row of more than `grain`
/// products becomes several tokens, each a range of A's entries; with 0 a token is a row.
std::vector<int64_t> first_tokens(const SpgemmOperands& operands, int64_t grain);

/// Storage of tokens; `count` of all of them.
void lay_out_tokens(ProgramBuilder& builder, int64_t rows, int64_t count);

/// Parts of the loop over A's entries that counts products, with the length of a row of B in
/// kLength: they cut the row kRow into tokens.
void emit_cuts_begin(ProgramBuilder& builder);
void emit_cut(ProgramBuilder& builder);
void emit_cuts_end(ProgramBuilder& builder);

/// The single-threaded core's list of the tokens of row kRow, from kPosition on, and its end behind
/// the last row.
void emit_token_list(const ProgramBuilder& builder, program::Assembler& code);
void emit_token_list_end(const ProgramBuilder& builder, program::Assembler& code);

/// Emits the look-up of token kTemporary: its row kRow, its entries [kA, kAEnd) of A.
void emit_fetch_token(ProgramBuilder& builder);

/// Scratchpad bytes of a core that a window needs beside its tables; `buffers` of B per thread.
uint64_t window_overhead_bytes(const FabricTarget& target, uint64_t buffers);

/// Scratchpad bytes of a core that private accumulators leave to other things; `buffers` of A and B
/// per thread.
uint64_t private_overhead_bytes(const FabricTarget& target, uint64_t buffers);

/// Compiles a plan: the thread programs of one SpGEMM on a fabric. Throws UserError where a buffer
/// does not fit, naming it, by how much, and the cheapest relaxation.
CompiledKernel compile_spgemm(const SpgemmPlan& plan, const FabricTarget& target,
                              const SpgemmOperands& operands);

}  // namespace weft::mapper
