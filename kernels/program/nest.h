// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/program/form.h"
#include "kernels/program/nest_exchange.h"
#include "kernels/program/residence.h"

namespace weft::program {

/// How a level of a stored tensor finds its coordinates.
enum class LevelKind : uint8_t {
  Dense,       // every coordinate has a position: nothing is looked up
  Compressed,  // fibers of stored coordinates
  Slots,       // fibers of a fixed length; a negative coordinate ends one
  Bitmap,      // a bit for every coordinate
  Affine,      // one coordinate, which follows from others
  Hash,        // as compressed, and a table finds a coordinate
};

/// A level as threads walk it. Pointers are the host's copy; the machine's own lies at the bases.
struct NestLevel {
  LevelKind kind = LevelKind::Dense;
  int64_t extent = 1;
  int64_t width = 1;  // of slots
  const int64_t* position = nullptr;
  const int32_t* coordinate = nullptr;
  int64_t positions = 1;
  uint64_t position_base = 0;
  uint64_t coordinate_base = 0;
  uint32_t position_bytes = 8;
  uint32_t coordinate_bytes = 4;
};

/// A tensor in memory. `values` is the host's copy, which statements read and write.
struct NestTensor {
  std::string name;
  std::vector<NestLevel> levels;
  double* values = nullptr;
  int64_t count = 0;
  uint32_t bytes = 8;  // of an element
  uint64_t base = 0;
};

/// A tensor at the subscripts of a statement.
struct NestAccess {
  int32_t tensor = 0;
  Residence place = Residence::Memory;
  Form position;                   // of the element
  std::vector<int32_t> positions;  // variables that are negative where the tensor stores nothing
  int gathers = 0;                 // elements of index arrays that one address takes
  bool own_slice = false;          // in a scratchpad: a piece that no other thread touches
  uint16_t source = 0;
};

/// A level whose coordinate a loop learns from the fibers themselves: it is the loop's variable
/// plus `offset`. Sets `result` to the position, or to -1 where the fiber has no such coordinate.
struct NestDriver {
  int32_t access = 0;
  int32_t level = 0;
  Form parent;
  Form offset;
  Form equals;  // of an affine level: its one coordinate
  int32_t result = 0;
};

/// A level whose coordinate is known when it is reached.
struct NestLookup {
  int32_t access = 0;
  int32_t level = 0;
  Form parent;
  Form coordinate;
  Form equals;
  int32_t result = 0;
  bool required = true;  // nothing is done where it is not found
  bool inserts = false;  // into a result that grows: costs an insertion, always found
};

/// How the fibers of a loop meet.
enum class Meeting : uint8_t {
  Range,  // every value from 0 to the bound
  Scan,   // the coordinates of the first driver; the others are searched
  Merge,  // all drivers are walked in step, in rising order
};

/// A loop of a nest.
struct NestLoop {
  std::string name;
  int32_t variable = 0;
  Meeting meeting = Meeting::Range;
  Share share = Share::None;
  /// Iterations end at `extent`, and where variable * weight + bound reaches `limit`.
  Form extent;
  Form limit;
  Form bound;
  int64_t weight = 1;
  std::vector<NestDriver> drivers;
  /// A merge visits coordinates at which bit [set of drivers present] is set.
  uint64_t truth = 0;
  /// Positions of this driver, or of the level below a range, are kept to [clamp_begin, clamp_end).
  bool clamped = false;
  Form clamp_begin;
  Form clamp_end;
  int32_t clamp_tensor = -1;  // of a range: the rows that hold these positions of its level
  int32_t clamp_level = 0;
  uint16_t source = 0;
};

/// Neighbouring loops whose iterations are dealt out together, as one list.
struct NestTasks {
  std::vector<int32_t> loops;   // outermost first
  std::vector<int64_t> counts;  // of iterations of each, at most
  bool apart = false;           // none of the loops decides how far another one runs
  Share share = Share::Machine;
  uint8_t task_register =
      0;  // where a task list has put the number; 0: threads take theirs in turn
};

/// One step of a value in postfix order.
struct ValueStep {
  enum class Kind : uint8_t { Access, Number, Index, Add, Subtract, Multiply, Divide, Negate };
  Kind kind = Kind::Number;
  int32_t access = 0;
  double number = 0;
  Form index;
};

/// What a statement does with the element it has: `=`, `+=`, `max=`, `min=`, `or=`.
enum class NestCombine : uint8_t { Assign, Add, Max, Min, Or };

/// What is done at each point of a nest.
struct NestStatement {
  std::string name;
  std::vector<ValueStep> value;
  std::vector<int32_t> reads;  // accesses of the value
  int32_t target = 0;          // access
  NestCombine combine = NestCombine::Add;
  bool atomic = false;            // other threads combine into the same elements
  bool first_write = false;       // memory holds nothing yet: nothing is read before the write
  uint16_t arithmetic_slots = 1;  // of one point
  uint32_t products = 1;          // of one point
  uint16_t source = 0;
};

/// A piece of a tensor that one iteration of a loop uses: a box of coordinates of dense levels
/// below `parent`, or everything below the positions [parent, parent + 1) of a level.
struct NestSlice {
  int32_t tensor = 0;
  int32_t level = 0;  // the first that the slice spans
  Form parent;        // position of the level above, or the first of the level itself
  Form parent_end;    // where `by_positions`: behind the last position of the level
  bool by_positions = false;
  struct Span {
    Form coordinate;
    int64_t extent = 1;
    /// 0: from the least to the greatest value of `coordinate`. Else that many from its value where
    /// all inner variables are 0, `stride` apart.
    int64_t count = 0;
    Form stride;
  };
  std::vector<Span> spans;             // [level of the box]; empty: everything below
  std::vector<int32_t> inner;          // variables that run within the slice
  std::vector<int64_t> inner_extents;  // of each
  int64_t most_elements = 0;
};

/// A slice of an operand that is kept in the scratchpad, or in registers, for an iteration of a
/// loop.
struct NestHold {
  NestSlice slice;
  int32_t loop = -1;
  Residence from = Residence::Memory;
  Residence to = Residence::Scratchpad;
  Share sharers = Share::None;  // CoreThreads, Lanes: one for all of these; None: each has its own
  bool by_dma = true;
  int64_t buffers = 1;
  std::vector<int32_t> accesses;
  uint16_t source = 0;
};

/// How partial results of a core's threads, or of a warp's lanes, come together before memory gets
/// them.
enum class Joined : uint8_t {
  No,       // each thread adds its own to memory
  Serial,   // all put theirs into the scratchpad, and one thread adds them up
  Tree,     // the same, half of the threads adding those of the other half, and so on
  Shuffle,  // lanes of a warp add up by shuffles, one of each warp adds to memory
};

/// Steps in which the partial results of so many threads come together.
int64_t join_steps(Joined joined, int64_t threads);

/// A slice of the target that partial results meet in.
struct NestAccumulator {
  NestSlice slice;
  int32_t statement = 0;
  Residence place = Residence::Scratchpad;
  Residence to = Residence::Memory;  // where it is written
  Share sharers = Share::None;       // as of a hold
  bool adds = false;                 // memory has a part of the result already
  bool atomic = false;               // other threads add to it too
  bool by_dma = false;
  bool clears = true;  // it is empty at first
  Joined joined = Joined::No;
  Share joiners = Share::CoreThreads;  // or Lanes
  uint16_t source = 0;
};

/// Issue slots of the steps of a nest; the listings are in docs/listings.md.
struct NestSlots {
  uint16_t load = 1;
  uint16_t index = 2;
  uint16_t loop = 3;
  uint16_t branch = 1;
  uint16_t move = 1;
  uint16_t add = 1;
  uint16_t multiply = 1;
  uint16_t fma = 1;
  uint16_t divide = 1;
  uint16_t combine = 1;
  uint16_t run = 4;
  uint16_t fiber = 3;
  uint16_t locate_step = 5;
  uint16_t union_step = 5;
  uint16_t intersect_step = 4;
  uint16_t insert = 6;
  uint16_t dma = 4;
  uint16_t share = 6;
  uint16_t task = 2;
  uint16_t barrier = 2;
};

/// The micro-operations of nests. An operation names an entry of one of the tables below.
enum class NestOp : uint8_t {
  TasksBegin,  // the thread's first task, or goto target
  TasksNext,   // goto target with the next task, if there is one
  TaskTake,    // decodes the task in the tasks' register, or goto target where it has no work
  LoopBegin,   // the first iteration, or goto target
  LoopNext,    // goto target with the next iteration, if there is one
  Lookup,      // or goto target
  Fill,        // brings the slice of a hold
  Prefetch,    // begins to bring that of the next iteration
  Clear,       // empties an accumulator
  Join,        // step `b` of bringing those of a core's threads together
  Flush,       // writes it to memory
  Take,        // what an exchange brings to a step
  Give,        // what it takes from one; or goto target where threads need not meet behind it
  Run,         // the innermost loop and its statement
};

/// How the elements of an access lie along a run.
struct RunAccess {
  int32_t access = 0;
  bool linear = true;           // equal steps of each variable are equal steps of the position
  std::vector<size_t> varying;  // variables of the run that its position depends on
  std::vector<size_t> missing;  // variables of the run that are negative where nothing is stored
};

/// The innermost loop of a nest with the statement in it, done many iterations at a time.
struct NestRun {
  int32_t loop = -1;             // -1: a single point
  std::vector<int32_t> lookups;  // done in every iteration
  int32_t statement = 0;
  std::vector<int32_t> variables;   // that change from iteration to iteration, the loop's first
  std::vector<RunAccess> accesses;  // those of the statement's value, and the target last
};

/// The tables of nests.
struct Nest {
  FormSpace space;
  std::vector<NestTensor> tensors;
  std::vector<NestAccess> accesses;
  std::vector<NestLoop> loops;
  std::vector<NestTasks> tasks;
  std::vector<NestLookup> lookups;
  std::vector<NestStatement> statements;
  std::vector<NestHold> holds;
  std::vector<NestAccumulator> accumulators;
  std::vector<NestExchange> exchanges;
  std::vector<NestRun> runs;
  NestSlots slots;
};

/// Whether a statement combines values of eight bytes.
bool works_in_fp64(const Nest& nest, const NestStatement& statement);

/// Adds the run of a statement in the body of a loop (-1: of none), and finds out how its elements
/// lie.
int32_t add_run(Nest& nest, int32_t loop, std::vector<int32_t> lookups, int32_t statement);

}  // namespace weft::program
