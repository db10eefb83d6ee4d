// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/program/assembler.h"
#include "kernels/program/program.h"
#include "kernels/tensor/csr.h"
#include "mapper/compile/product_places.h"
#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// A program together with the data that only it uses. The operands stay the caller's and must
/// outlive it.
struct CompiledKernel {
  program::Program program;
  std::vector<std::shared_ptr<const void>> owned;
};

/// The operands of C = A * B with what the compiler counts in them beforehand.
struct SpgemmOperands {
  const tensor::CsrMatrix& a;
  const tensor::CsrMatrix& b;
  std::vector<int64_t> row_flops;    // products of each row of C
  std::vector<int64_t> row_bound;    // at most this many entries in each row of C
  std::vector<int64_t> bound_start;  // [rows + 1] prefix sum of row_bound
};

/// Counts products and bounds of every row; keeps references to both operands.
SpgemmOperands count_operands(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b);

/// Registers with one meaning in every program. 0 to 3 are set by the machine before the first
/// operation.
namespace reg {
inline constexpr uint8_t kGlobalThread = 0, kGlobalThreads = 1, kThread = 2, kThreads = 3;
inline constexpr uint8_t kGroupBegin = 4, kGroupEnd = 5, kRow = 6, kZero = 7;
inline constexpr uint8_t kA = 8, kAEnd = 9, kK = 10, kAValue = 11;
inline constexpr uint8_t kB = 12, kBEnd = 13, kColumn = 14, kBValue = 15, kProduct = 16;
inline constexpr uint8_t kNextValue = 17, kNext = 18, kNextEnd = 19, kTicket = 20, kLength = 21,
                         kMore = 22;
inline constexpr uint8_t kRowBound = 23, kSum = 24, kPosition = 25, kIndex = 26, kLimit = 27,
                         kCount = 28;
inline constexpr uint8_t kGroupBound = 29, kTemporary = 30, kConstant = 31;
// The same registers in programs without windows, and while nothing is summed up.
inline constexpr uint8_t kTask = kGroupBegin, kTaskEnd = kGroupEnd, kPassBegin = kGroupBound,
                         kSpilled = kNextEnd;
inline constexpr uint8_t kAReady = kLimit, kATicket = kSum;
}  // namespace reg

/// Arrays of the operands and the working storage, by the names of docs/listings.md.
struct ArrayIds {
  int16_t a_start = -1, a_column = -1, a_value = -1;
  int16_t b_start = -1, b_column = -1, b_value = -1;
  int16_t b_column_held = -1, b_value_held = -1, a_column_held = -1, a_value_held = -1;
  int16_t flops = -1, bound_start = -1, windows = -1, row_region = -1, region = -1;
  int16_t row_count = -1, row_position = -1, partial_sum = -1, group_base = -1, result_cursor = -1;
  int16_t dense_column = -1, dense_value = -1;
  int16_t core_total = -1, task_position = -1, task_count = -1, task_row = -1, task_column = -1;
  int16_t token_count = -1, token_cut = -1, token_row = -1, token_begin = -1;
  int16_t list_size = -1, list_start = -1, list_cursor = -1;
};

/// A way to make a mapping fit, and the scratchpad bytes per core that it gives back.
struct Relaxation {
  std::string what;
  uint64_t bytes = 0;
};

/// An array of `count` elements of so many bytes in the global address space, dealt to the memories
/// as `dealing` says; `data` null makes it the machine's own.
struct MemoryArray {
  std::string name, tensor;
  program::ElementType type;
  uint32_t bytes = 0;
  uint64_t count = 0;
  const void* data = nullptr;
  bool cached = false;
  Dealing dealing = {};
};

/// Lays out memory and scratchpad and gathers arrays, sources and code of one program.
class ProgramBuilder {
 public:
  ProgramBuilder(const SpgemmPlan& plan, const FabricTarget& target);

  /// Adds the array; its number in the program.
  int16_t memory_array(const MemoryArray& wanted);
  /// An array of the machine's own with an element for each row of C, at the memory of who owns it.
  int16_t row_array(const std::string& name, program::ElementType type, uint32_t bytes,
                    uint64_t count, const void* data = nullptr) {
    return memory_array(
        {name, "Z", type, bytes, count, data, false, Dealing::by_rows(places.work)});
  }
  /// An array of which every core owns `count_per_core` consecutive elements, kept at its own
  /// memory controller.
  int16_t local_array(const std::string& name, const std::string& tensor, program::ElementType type,
                      uint32_t bytes, uint64_t count_per_core);
  /// An array in each core's scratchpad.
  int16_t scratchpad_array(const std::string& name, program::ElementType type, uint32_t bytes,
                           uint64_t count);
  /// Per-thread scratchpad buffers of `elements` (a power of two) that hold a piece of a memory
  /// array.
  int16_t held_array(int16_t source, uint64_t elements);
  /// One such buffer per core, which its threads share.
  int16_t shared_held_array(int16_t source, uint64_t elements);
  /// An array in the global address space whose elements the host does not keep.
  int16_t address_array(const std::string& name, const std::string& tensor,
                        program::ElementType type, uint32_t bytes, uint64_t count);
  /// Scratchpad space without an array; returns its offset.
  uint64_t scratchpad_space(uint64_t bytes);
  /// Global address space without an array.
  uint64_t memory_space(uint64_t bytes);
  /// The same for elements that are dealt to the memories.
  uint64_t memory_space(const std::string& name, uint64_t count, uint32_t element_bytes,
                        const Dealing& dealing);

  /// Code emitted from here on is attributed to a line of a document.
  void attribute(const base::Location& where, const std::string& statement,
                 const std::string& tensor, const std::string& what);
  int64_t phase(const std::string& name);
  /// Declares the phase and marks its begin.
  void begin_phase(const std::string& name);

  /// Adds the tensors of the product, positions, coordinates and values of both operands, each as
  /// the dataflow walks it: for an outer product A is given by columns, for an inner one B.
  void add_operands(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b);

  /// Offers a relaxation for the case that the mapping does not fit.
  void offer(const std::string& what, uint64_t bytes) { relaxations_.push_back({what, bytes}); }
  /// Throws UserError where the mapping needs more scratchpad than a core has: by how much, what
  /// takes the most, and the relaxation that gives up the least.
  void check_fit() const;

  /// Hands out the program with `code` for the multi-threaded and `single` for the single-threaded
  /// cores.
  CompiledKernel finish(std::vector<program::MicroOp> single);

  const SpgemmPlan& plan;
  const FabricTarget& target;
  ProductPlaces places;
  Dealing entries_of_c;  // by who gives the rows of C their positions
  program::Assembler code;
  ArrayIds arrays;
  CompiledKernel kernel;

 private:
  void place_local_arrays();
  void align_range();
  int16_t held_array(int16_t source, uint64_t elements, uint64_t buffers);

  uint64_t memory_top_ = 4096;
  std::vector<int16_t> local_arrays_;
  uint64_t scratchpad_top_ = 64;  // the first words are the core's own counters
  std::vector<Relaxation> relaxations_;
};

}  // namespace weft::mapper
