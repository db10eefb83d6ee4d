// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace weft::machine {

/// A kind of micro-operation as a fabric core executes it: the issue slots it takes beside the time
/// of the memory or engine that it reaches.
struct InstructionCost {
  std::string_view name;
  double slots;
  std::string_view meaning;
};

/// Every kind that the `instructions` table of a fabric may price, with the default price: what a
/// scalar in-order compiler would emit.
std::span<const InstructionCost> instruction_costs();

/// The defaults as a table by name.
std::map<std::string, double> default_instruction_slots();

}  // namespace weft::machine
