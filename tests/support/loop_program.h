// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/program/assembler.h"
#include "kernels/program/program.h"

namespace weft::tests {

inline constexpr uint64_t kMemoryBase = 4096;
inline constexpr uint8_t kTicks = 10;  // register that counts a loop's iterations
inline constexpr uint8_t kLast = 11;   // register that holds their number

/// A program whose threads all run the same code, with one source line for everything.
inline program::Program program_of(program::Assembler& code, std::vector<program::Array> arrays) {
  program::Program program;
  code.emit({.op = program::Opcode::Halt});
  program.threads = code.finish();
  program.arrays = std::move(arrays);
  program.sources = {{}};
  return program;
}

/// An array of 8-byte integers in memory or, with base 0, in the scratchpad.
inline program::Array integers(program::Space space, const std::vector<int64_t>& values) {
  program::Array array;
  array.type = program::ElementType::Int64;
  array.bytes = 8;
  array.space = space;
  array.count = values.size();
  if (space != program::Space::Scratchpad) {
    array.base = kMemoryBase;
    array.data = values.data();
  }
  return array;
}

/// Emits `iterations` rounds of `body`; the loop itself takes no issue slots.
inline void emit_loop(program::Assembler& code, int64_t iterations,
                      const std::function<void()>& body) {
  using program::Opcode;
  const program::Label again = code.label();
  code.emit({.op = Opcode::Set, .a = kTicks, .immediate = 0});
  code.emit({.op = Opcode::Set, .a = kLast, .immediate = iterations});
  code.place(again);
  body();
  code.emit({.op = Opcode::AddImmediate, .a = kTicks, .b = kTicks, .immediate = 1});
  code.jump({.op = Opcode::JumpIfLess, .a = kTicks, .b = kLast}, again);
}

}  // namespace weft::tests
