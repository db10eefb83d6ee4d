// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "mapper/compile/builder.h"

namespace weft::mapper {

/// Writes the common steps of a thread program, each with the issue slots that the machine's table
/// gives it. Registers are numbers of namespace reg.
class Steps {
 public:
  explicit Steps(ProgramBuilder& builder) : Steps(builder.code, builder.target.scalar) {}
  Steps(program::Assembler& code, const ScalarSlots& scalar) : code_(code), scalar_(scalar) {}

  program::Label label() { return code_.label(); }
  void place(program::Label at) { code_.place(at); }

  void set(uint8_t to, int64_t value);
  void move(uint8_t to, uint8_t from);
  void add(uint8_t to, uint8_t x, uint8_t y);
  void add_immediate(uint8_t to, uint8_t x, int64_t value);
  void subtract(uint8_t to, uint8_t x, uint8_t y);
  void minimum(uint8_t to, uint8_t x, uint8_t y);

  void go(program::Label to);
  void if_less(uint8_t x, uint8_t y, program::Label to);
  void if_not_less(uint8_t x, uint8_t y, program::Label to);
  void if_not_equal(uint8_t x, uint8_t y, program::Label to);

  /// array[index + offset], the address at hand.
  void load(uint8_t to, int16_t array, uint8_t index, int64_t offset = 0);
  void store(uint8_t from, int16_t array, uint8_t index);
  /// array[index] at an index that was only just computed.
  void gather(uint8_t to, int16_t array, uint8_t index);
  void scatter(uint8_t from, int16_t array, uint8_t index);
  /// old = array[index]; array[index] += addend, at once.
  void atomic_add(uint8_t old, int16_t array, uint8_t index, uint8_t addend);

  /// This thread's block [begin, end) of [0, count), of all threads of the machine.
  void machine_share(uint8_t begin, uint8_t end, uint8_t count);
  void core_barrier();
  void machine_barrier();

  /// Entry (row, column, value) of the result at a position; the position moves on.
  void emit_entry(uint8_t row, uint8_t column, uint8_t value, uint8_t position);
  void emit_row(uint8_t row, uint8_t begin, uint8_t count);

  /// while (index < end) { body; index += step }, tested before each round.
  void count_up(uint8_t index, uint8_t end, uint8_t step, const std::function<void()>& body);
  /// The same by steps of one.
  void count_up(uint8_t index, uint8_t end, const std::function<void()>& body);

 private:
  void emit(program::MicroOp op) { code_.emit(op); }
  void loop(uint8_t index, uint8_t end, const std::function<void()>& body);

  program::Assembler& code_;
  const ScalarSlots& scalar_;
};

}  // namespace weft::mapper
