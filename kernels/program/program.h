// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  ThreadShare,     // a, b = this thread's block of [0, c)
  // Memory.
  Load,       // a = array[b]
  Store,      // array[b] = a
  AtomicAdd,  // a = array[b]; array[b] += c
  // Data movement by the DMA engine.
  DmaFill,  // the thread's buffers of array and array2 <- elements [b, b + c) of both; a = ticket
  DmaWait,  // wait for ticket a
  DmaMove,  // result [d, d + c) <- entries [b, b + c) of the upper-bound storage, in the background
  DmaClear,  // clears the table of the finished group, in the background
  DmaFence,  // wait until background work of the group that used this table last is done
  // Work distribution and synchronisation.
  TaskNext,    // a = next task of the current group, or goto target where there is none
  GroupNext,   // threads of the core meet; a, b = range of tasks of the next group, or goto target
  Barrier,     // threads of the core (immediate 0) or of the machine (immediate 1) meet
  PhaseBegin,  // marks the begin of phase `immediate`
  // Accumulators.
  RowBegin,    // prepares the thread's private accumulator for a row of at most a entries
  Insert,      // accumulator[row a, column b] += c; d = first upper-bound entry of the row
               // 1: count only
  DrainRow,    // gathers (and sorts, immediate 1) the thread's private accumulator; a = number of
               // entries
  InsertRun,   // the entries [b, c) of the held arrays array and array2, scaled, into row a; d as
               // for Insert
  TableClear,  // empties the thread's share of the shared table
  DrainBegin,  // begins the drain of the thread's share of the shared table
  DrainNext,   // a = row, b = column, c = value of the thread's next entry, or goto target
  MergeOpen,   // opens the fiber [b, c) of the merged tensor, scaled by a; it is stored at index d
               // of array, array2
  MergeNext,   // a = column, b = value of the smallest open column, or goto target
  RunAppend,   // appends (column a, value b) to the thread's spilled run
  RunClose,    // ends the spilled run; a = number of runs waiting
  RunsOpen,    // opens up to merge_ways waiting runs; a = number of runs still waiting
  Intersect,   // advances cursor a < b of array and c < d of array2 to a common coordinate, or goto
               // target
  // Results.
  Emit,     // appends (row a, column b, value c) at position d of the result
  EmitRow,  // row a of the result begins at position b and has c entries
  Halt,
};

/// The scalar operations are the first of the list.
inline constexpr Opcode kLastScalar = Opcode::ThreadShare;

/// Where a value lies when a thread touches it.
enum class Space : uint8_t {
  Memory,      // the global address space, reached past the caches
  Cached,      // the global address space through the pipeline's data cache
  Scratchpad,  // one copy per core
};

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
  int line = 0;
  std::string statement;
  std::string tensor;
  std::string what;  // the schedule or compute word behind it
};

enum class AccumulatorKind : uint8_t { None, Hash, Dense, Merge, Scalar };
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
  unsigned merge_ways = 64;
  int16_t merge_column = -1;  // arrays whose values a merge reads
  int16_t merge_value = -1;
};

/// A group of tasks that the threads of one core work on together: for the windows of SMASH a range
/// of rows, here with the range of columns that a pass over it keeps and where its upper-bound
/// storage begins.
struct Group {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t column_begin = 0;
  int64_t column_end = 0;
};

/// Ranges of global addresses that are dealt out in different ways begin at multiples of this.
inline constexpr uint64_t kRangeAlignment = 4096;

/// Global addresses of which every core has an equal part at its own memory controller.
struct LocalRange {
  uint64_t base = 0;
  uint64_t bytes_per_core = 0;
};

enum class Assignment : uint8_t { RoundRobin, Blocked, Dynamic };

/// Issue slots of the operations whose length depends on data. The listings are in
/// docs/listings.md.
struct SlotTable {
  uint16_t hash = 4;            // tag, slot and address of an entry
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
  Assignment task_assignment = Assignment::Dynamic;
  Assignment group_assignment = Assignment::Dynamic;
  int64_t result_rows = 0;
  uint64_t result_column_base = 0;  // global addresses of the result
  uint64_t result_value_base = 0;
  uint64_t result_start_base = 0;
  uint64_t scratchpad_bytes = 0;  // used per core
  uint64_t memory_bytes = 0;      // global addresses in use, dealt to the controllers in turn
  std::vector<LocalRange> local_ranges;  // behind them, by rising base
};

}  // namespace weft::program
