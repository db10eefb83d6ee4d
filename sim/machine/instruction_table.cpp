// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/instruction_table.h"

#include <array>

namespace weft::machine {

std::span<const InstructionCost> instruction_costs() {
  // The instructions behind each count are listed in docs/listings.md.
  static constexpr std::array kCosts = {
      InstructionCost{"load", 1, "a load, store or atomic at an address at hand"},
      InstructionCost{"index", 2, "address of an element at a random index"},
      InstructionCost{"loop", 3, "two streams advance and a branch closes the loop"},
      InstructionCost{"branch", 1, "a compare and branch"},
      InstructionCost{"move", 1, "a register copied or set"},
      InstructionCost{"add", 1, "integer addition, subtraction or minimum"},
      InstructionCost{"multiply", 1, "fp64 multiplication or addition"},
      InstructionCost{"task", 2, "ask for the next task and test the answer"},
      InstructionCost{"dma", 4, "write and post a descriptor"},
      InstructionCost{"share", 6, "a thread's block of a range"},
      InstructionCost{"region", 8, "size and place of a row's region of a table"},
      InstructionCost{"barrier", 2, "arrive at a barrier"},
      InstructionCost{"hash", 6, "slot of a column and its address"},
      InstructionCost{"probe_check", 3, "look at a slot: access and two branches"},
      InstructionCost{"probe_step", 3, "go to the next slot"},
      InstructionCost{"insert_new", 3, "count a new entry in its row"},
      InstructionCost{"accumulate", 1, "add to a value in place"},
      InstructionCost{"offset_new", 9, "take an offset and form three addresses"},
      InstructionCost{"offset_hit", 4, "form the address of a value in memory and add to it there"},
      InstructionCost{"drain_empty", 3, "look at a slot while a table is emptied"},
      InstructionCost{"drain_entry", 6, "take an entry out of a table"},
      InstructionCost{"column_filter", 2, "test a column against the range of a pass"},
      InstructionCost{"dense_insert", 6, "mark a column and form its address"},
      InstructionCost{"merge_step", 6, "a level of a merge heap"},
      InstructionCost{"intersect_step", 4, "compare and advance one cursor"},
      InstructionCost{"sort_step", 6, "a compare and exchange of a sort"},
      InstructionCost{"fma", 1, "fp64 multiply and add"},
      InstructionCost{"divide", 1, "fp64 division"},
      InstructionCost{"combine", 1, "add, greater, less or union with an element at hand"},
      InstructionCost{"run", 4, "begin an inner loop"},
      InstructionCost{"fiber", 3, "find the begin and end of a fiber"},
      InstructionCost{"locate_step", 5, "halve the range of a binary search"},
      InstructionCost{"union_step", 5, "find the least of two coordinates and advance"},
  };
  return kCosts;
}

std::map<std::string, double> default_instruction_slots() {
  std::map<std::string, double> slots;
  for (const InstructionCost& cost : instruction_costs()) slots.emplace(cost.name, cost.slots);
  return slots;
}

}  // namespace weft::machine
