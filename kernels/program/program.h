// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/program/nest.h"

namespace weft::program {

/// The micro-operations that a thread executes. Scalar ones take only issue slots and are charged
/// with the next operation that waits for something; every other one is a step in time.
enum class Opcode : uint8_t {
  // Scalar: registers and control flow.
  Set,             // a = immediate
  Move,            // a = b
  Add,             // a = b + c
  AddImmediate,    // a = b + immediate
  Subtract,        // a = b - c
  Minimum,         // a = min(b, c)
  MultiplyReal,    // a = b * c, fp64
  AddReal,         // a = b + c, fp64
  JumpIfLess,      // if a < b goto target
  JumpIfNotLess,   // if a >= b goto target
  JumpIfNotEqual,  // if a != b goto target
  Jump,            // goto target
  TableOffset,     // a = immediate * number of the shared table in use, among those of all cores
  ThreadShare,     // a, b = this thread's block of [0, c), dealt over the threads of the core
                   // (immediate 0) or of the machine (immediate 1)
  // Memory.
  Load,       // a = array[b + immediate]
  Store,      // array[b + immediate] = a
  AtomicAdd,  // a = array[b + immediate]; array[b + immediate] += c
  // Data movement by the DMA engine.
  DmaFill,  // the thread's buffers of array and array2 <- elements [b, b + c) of both; a = ticket
  DmaWait,  // wait for ticket a
  DmaMove,  // result [d, d + c) <- entries [b, b + c) of the upper-bound storage, in the background
  DmaClear,  // clears the table of the finished group, in the background
  DmaFence,  // wait until background work of the group that used this table last is done
  // Work distribution and synchronisation.
  TaskNext,   // a = next task of the current group, or goto target where there is none
  TaskFlow,   // a = next task of list `immediate`, or goto target where none is left; a thread that
              // finds its core's group used up takes the next one from the machine
  GroupNext,  // threads of the core meet; a, b = range of rows of the next group, or goto target
  Barrier,    // threads of the core (immediate 0) or of the machine (immediate 1) meet
  PhaseBegin,  // marks the begin of phase `immediate`
  // The accumulator that the threads of a core share.
  Insert,      // accumulator[row a, column b] += c in the region of register `immediate`; d = first
               // upper-bound entry of the row
  InsertRun,   // the entries [b, c) of the held arrays array and array2, scaled, into row a; d as
               // for
               // Insert
  TableClear,  // empties the thread's share of the shared table
  DrainBegin,  // begins the drain of the thread's share of the shared table
  DrainNext,   // a = row, b = column, c = value of the thread's next entry, or goto target
  // The accumulator of a thread by itself.
  RowBegin,   // prepares it for at most a entries with columns from b on (all of them where b < 0)
  RowFilter,  // goto target unless the accumulator's pass keeps column a
  RowInsert,  // accumulator[column b] += c; immediate 1: coordinates only
  RowDrain,   // gathers its entries as the DrainMode `immediate` says; a = number of them
  RowNext,    // a = column, b = value of the next gathered entry, or goto target
  // Merges of sorted fibers.
  MergeOpen,  // opens the fiber [b, c) of the merged tensor, scaled by a
  ListOpen,   // opens the fiber of row a recorded c-th, whose header is at element d of the list;
              // c and d move on to the next
  MergeNext,  // a = smallest open column, b = sum of its values, or goto target
  RunAppend,  // appends (column a, value b) to the thread's spilled run
  RunClose,   // ends the spilled run
  RunsOpen,   // opens up to merge_ways waiting runs; a = number of runs still waiting
  // Lists of products in memory, one per row.
  FiberRecord,    // heads the list of row a at element `immediate`'s register with the fiber [b, c)
                  // scaled by d
  AppendProduct,  // stores (column a, value b) as element d of the list
  // Intersection of sorted fibers.
  Intersect,  // advances cursor a < b of array and c < d of array2 to a common coordinate, or goto
              // target; immediate 1: past the present one
  // Results.
  Emit,     // appends (row a, column b, value c) at position d of the result
  EmitRow,  // row a of the result begins at position b and has c entries
  // Loop nests of general statements.
  Nest,  // the NestOp `a` on entry `immediate` of its table, or goto target
  Halt,
};

/// The scalar operations are the first of the list.
inline constexpr Opcode kLastScalar = Opcode::ThreadShare;

/// The immediate of a Barrier or a ThreadShare over all cores; 0 is the core by itself.
inline constexpr int64_t kWholeMachine = 1;
/// Of a barrier: the lanes of a warp meet, on an SM array.
inline constexpr int64_t kWarp = 2;

/// Where a value lies when a thread touches it.
enum class Space : uint8_t {
  Memory,      // the global address space, reached past the caches
  Cached,      // the global address space through the pipeline's data cache
  Scratchpad,  // one copy per core
};

/// How the host keeps the elements of an array.
enum class ElementType : uint8_t { Int32, Int64, Real64 };

/// A flat array that micro-operations index. `data` is the host copy whose values are used; `bytes`
/// is the size of an element on the simulated machine.
struct Array {
  std::string name;
  std::string tensor;
  ElementType type = ElementType::Int32;
  uint32_t bytes = 4;
  Space space = Space::Memory;
  uint64_t base = 0;  // global address, or offset in the scratchpad
  uint64_t count = 0;
  const void* data = nullptr;  // null: storage is made by the machine, zeroed
  /// For a window of a memory array held in the scratchpad: elements per buffer of one thread (a
  /// power of two), with `base` the address of thread 0's buffer and `thread_stride` bytes between
  /// threads.
  uint64_t memory_base = 0;  // where a held array's elements come from
  uint64_t held_elements = 0;
  uint64_t thread_stride = 0;
};

/// One instruction of a thread program. Registers hold either a 64-bit integer or an fp64 value.
struct MicroOp {
  Opcode op = Opcode::Halt;
  uint8_t a = 0, b = 0, c = 0, d = 0;
  uint16_t slots = 0;   // issue slots, this instruction included
  uint16_t source = 0;  // index into Program::sources
  int16_t array = -1;
  int16_t array2 = -1;
  int32_t target = -1;
  int64_t immediate = 0;
};

/// InsertRun names two more registers in its immediate: the row's region and the factor of its
/// products.
constexpr int64_t insert_run_registers(uint8_t region, uint8_t scale) {
  return region | scale << 8;
}
constexpr uint8_t region_register(const MicroOp& op) {
  return static_cast<uint8_t>(op.immediate);
}
constexpr uint8_t scale_register(const MicroOp& op) {
  return static_cast<uint8_t>(op.immediate >> 8);
}

static_assert(sizeof(MicroOp) == 32, "two operations to a cache line");

/// What a micro-operation was compiled from; stalls, bytes and cycles are summed by it.
struct Source {
  std::string file;  // name of the document, without its folder
  int line = 0;
  std::string statement;
  std::string tensor;
  std::string what;  // the schedule or compute word behind it
};

/// Where the products of a row are added up.
enum class AccumulatorKind : uint8_t { None, Hash, Dense, Merge, Scalar };

/// What is wanted of a private accumulator: its entries in any order, in the order of their
/// columns, or only how many there are.
enum class DrainMode : uint8_t { Gather, Sort, Count };

/// Which part of a column number chooses its slot among the n slots of its row's region: the
/// high-order part keeps columns in order (column * n / columns), the low-order part spreads
/// neighbours (column mod n), and a multiplicative hash spreads everything.
enum class HashBits : uint8_t { High, Low, Mixed };
enum class TableLayout : uint8_t { TagData, TagOffset };

/// Bytes of a slot: an 8-byte tag and an fp64 value, or one word of a 32-bit tag and a 32-bit
/// offset.
constexpr uint64_t slot_bytes(TableLayout layout) {
  return layout == TableLayout::TagData ? 16 : 8;
}

/// The slots of a shared table that belong to one row: `slots` of them from `base` on, packed into
/// a register.
class Region {
 public:
  Region(uint64_t base, uint64_t slots) : bits_(base << 32 | slots) {}
  explicit Region(int64_t packed) : bits_(static_cast<uint64_t>(packed)) {}

  int64_t packed() const { return static_cast<int64_t>(bits_); }
  uint64_t base() const { return bits_ >> 32; }
  uint64_t slots() const { return bits_ & ~uint32_t{0}; }

 private:
  uint64_t bits_;
};

/// The accumulator a program inserts into.
struct Accumulator {
  AccumulatorKind kind = AccumulatorKind::None;
  bool shared = false;  // one per core, merged by atomics; otherwise one per thread
  HashBits bits = HashBits::Low;
  TableLayout layout = TableLayout::TagData;
  uint64_t slots = 0;          // entries of the table, or width of a dense one
  unsigned tables = 1;         // shared tables used in turn
  uint64_t columns = 0;        // of the result
  uint64_t base = 0;           // scratchpad offset of the first table
  uint64_t thread_stride = 0;  // bytes between private tables
  int16_t row_count = -1;      // array with the number of entries of each row of the group
  int16_t dense_column = -1;   // memory arrays of the tag-offset layout
  int16_t dense_value = -1;
  double load_factor = 0.5;   // a private table is the least power of two that a row fills so far
  int64_t pass_columns = 0;   // columns that a partial pass over a row keeps
  unsigned merge_ways = 64;   // fibers that a merge has open at most
  bool merge_scales = false;  // a merge multiplies: its fibers are rows of B, not products
  int16_t merge_column = -1;  // arrays that hold the values which a merge computes with
  int16_t merge_value = -1;
  int16_t stored_column = -1;  // arrays that the machine reads for them
  int16_t stored_value = -1;
  int16_t spill_column = -1;  // memory for the runs of merges in several passes
  int16_t spill_value = -1;
  uint64_t spill_entries = 0;  // of one thread
};

/// Tasks [begin, end).
struct TaskRange {
  int64_t begin = 0;
  int64_t end = 0;
};

/// Tasks [0, count) that the cores of the machine share: a core takes `group` of them at a time
/// from a counter in memory, and its threads take one at a time from the core's queue. Where tasks
/// have owners, a core takes its own ranges one after the other, which it reads from the array that
/// TaskFlow names: two words each.
struct TaskList {
  int64_t count = 0;
  int64_t group = 1;
  uint64_t counter_base = 0;                  // global address
  std::vector<std::vector<TaskRange>> owned;  // [core]; empty: whoever asks first
};

/// A range of rows that the threads of one core work on together, such as a window of SMASH: with
/// the range of columns that a pass over it keeps (none: all), and the tasks that its work is dealt
/// out in, a row or a part of one.
struct Group {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t column_begin = 0;
  int64_t column_end = 0;
  int64_t task_begin = 0;
  int64_t task_end = 0;
};

/// Ranges of global addresses that are dealt out in different ways begin at multiples of this.
inline constexpr uint64_t kRangeAlignment = 4096;

/// Global addresses that are not dealt to the memory controllers as those of the program are.
struct PlacedRange {
  /// Bytes from `begin_bytes` on, up to the next piece, lie at the memory controller of one core.
  struct Piece {
    uint64_t begin_bytes = 0;
    unsigned core = 0;
    bool operator==(const Piece&) const = default;
  };

  std::string name;
  uint64_t base = 0;  // a multiple of kRangeAlignment, like the bytes
  uint64_t bytes = 0;
  uint64_t interleave_bytes = 0;  // dealt in turn, in pieces of so many; 0: as `pieces` says
  std::vector<Piece> pieces;      // empty: every core has a copy
};

/// How tasks come to threads: in turn, in ranges of equal length, or to whoever is free.
enum class Assignment : uint8_t { RoundRobin, Blocked, Dynamic };

/// Issue slots of the operations whose length depends on data. The listings are in
/// docs/listings.md.
struct SlotTable {
  uint16_t hash = 6;            // tag, slot and address of an entry
  uint16_t probe_check = 3;     // compare-and-swap or load, and its two branches
  uint16_t probe_step = 3;      // next slot, wrap, jump
  uint16_t insert_new = 3;      // count the entry of its row
  uint16_t accumulate = 1;      // atomic fp64 add
  uint16_t offset_new = 9;      // allocate an offset, build the word, claim the slot, two addresses
  uint16_t offset_hit = 4;      // address of the value, remote atomic
  uint16_t drain_empty = 3;     // load a slot, test, step
  uint16_t drain_entry = 6;     // split the tag, load the value, clear the slot
  uint16_t column_filter = 2;   // two compares of a partial pass
  uint16_t dense_insert = 6;    // address, bitmap word and bit
  uint16_t merge_step = 6;      // one level of the merge heap
  uint16_t intersect_step = 4;  // compare and advance one cursor
  uint16_t sort_step = 6;       // one compare-exchange of the row sort

  bool operator==(const SlotTable&) const = default;
};

/// A compiled kernel: code for each kind of pipeline, its data and its tasks.
struct Program {
  std::vector<MicroOp> threads;  // run by every thread of the multi-threaded cores
  std::vector<MicroOp>
      single_threads;  // run by the first single-threaded core; empty: it stays idle
  std::vector<Array> arrays;
  std::vector<Source> sources;
  std::vector<std::string> phases;
  Accumulator accumulator;
  SlotTable slots;
  std::vector<Group> groups;
  std::vector<std::vector<uint32_t>> owned_groups;  // [core]; empty: whoever asks first
  std::vector<TaskList> task_lists;
  Nest nest;  // of general statements
  Assignment task_assignment = Assignment::Dynamic;
  int64_t result_rows = 0;
  uint64_t result_column_base = 0;  // global addresses of the result
  uint64_t result_value_base = 0;
  uint64_t result_start_base = 0;
  uint64_t scratchpad_bytes = 0;           // used per core
  uint64_t memory_bytes = 0;               // global addresses in use
  std::vector<PlacedRange> placed_ranges;  // among them, by rising base; the rest is dealt in turn
};

}  // namespace weft::program
