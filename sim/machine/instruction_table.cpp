// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/instruction_table.h"

#include <array>

namespace weft::machine {

std::span<const InstructionCost> instruction_costs() {
  static constexpr std::array kCosts = {
      InstructionCost{"alu", 1, "integer arithmetic, a comparison or an address"},
      InstructionCost{"fma", 1, "real multiplication, addition or both"},
      InstructionCost{"branch", 1, "a jump, taken or not"},
      InstructionCost{"load", 1, "a load, its address at hand"},
      InstructionCost{"store", 1, "a store, its address at hand"},
      InstructionCost{"atomic", 1, "an atomic at the scratchpad or at a memory controller"},
      InstructionCost{"hash", 3, "hash of a coordinate: multiply, shift, mask"},
      InstructionCost{"probe", 3, "each further slot looked at: advance, wrap, branch"},
      InstructionCost{"compare_step", 4,
                      "a step of a merge or an intersection: compare, branch, advance, bound"},
      InstructionCost{"heap_level", 5,
                      "a level of a heap: child address, two comparisons, a move, a branch"},
      InstructionCost{"sort_step", 6, "a comparison of a sort with its loads, stores and branch"},
      InstructionCost{"row_begin", 4, "set-up of an accumulator for a row"},
      InstructionCost{"drain", 3, "each slot looked at while an accumulator is emptied"},
      InstructionCost{"emit", 3, "address and bound of a result entry"},
      InstructionCost{"dma_issue", 4, "writing a descriptor"},
      InstructionCost{"dma_wait", 1, "asking whether a transfer is done"},
      InstructionCost{"queue", 2, "asking the queue engine for work"},
      InstructionCost{"barrier", 2, "arriving at a barrier"},
  };
  return kCosts;
}

std::map<std::string, double> default_instruction_slots() {
  std::map<std::string, double> slots;
  for (const InstructionCost& cost : instruction_costs()) slots.emplace(cost.name, cost.slots);
  return slots;
}

}  // namespace weft::machine
