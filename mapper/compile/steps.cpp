// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/steps.h"

namespace weft::mapper {

using program::Opcode;

void Steps::set(uint8_t to, int64_t value) {
  emit({.op = Opcode::Set, .a = to, .slots = scalar_.move, .immediate = value});
}

void Steps::move(uint8_t to, uint8_t from) {
  emit({.op = Opcode::Move, .a = to, .b = from, .slots = scalar_.move});
}

void Steps::add(uint8_t to, uint8_t x, uint8_t y) {
  emit({.op = Opcode::Add, .a = to, .b = x, .c = y, .slots = scalar_.add});
}

void Steps::add_immediate(uint8_t to, uint8_t x, int64_t value) {
  emit({.op = Opcode::AddImmediate, .a = to, .b = x, .slots = scalar_.add, .immediate = value});
}

void Steps::subtract(uint8_t to, uint8_t x, uint8_t y) {
  emit({.op = Opcode::Subtract, .a = to, .b = x, .c = y, .slots = scalar_.add});
}

void Steps::minimum(uint8_t to, uint8_t x, uint8_t y) {
  emit({.op = Opcode::Minimum, .a = to, .b = x, .c = y, .slots = scalar_.add});
}

void Steps::go(program::Label to) {
  code_.jump({.op = Opcode::Jump, .slots = scalar_.branch}, to);
}

void Steps::if_less(uint8_t x, uint8_t y, program::Label to) {
  code_.jump({.op = Opcode::JumpIfLess, .a = x, .b = y, .slots = scalar_.branch}, to);
}

void Steps::if_not_less(uint8_t x, uint8_t y, program::Label to) {
  code_.jump({.op = Opcode::JumpIfNotLess, .a = x, .b = y, .slots = scalar_.branch}, to);
}

void Steps::if_not_equal(uint8_t x, uint8_t y, program::Label to) {
  code_.jump({.op = Opcode::JumpIfNotEqual, .a = x, .b = y, .slots = scalar_.branch}, to);
}

void Steps::load(uint8_t to, int16_t array, uint8_t index, int64_t offset) {
  emit({.op = Opcode::Load,
        .a = to,
        .b = index,
        .slots = scalar_.load,
        .array = array,
        .immediate = offset});
}

void Steps::store(uint8_t from, int16_t array, uint8_t index) {
  emit({.op = Opcode::Store, .a = from, .b = index, .slots = scalar_.load, .array = array});
}

void Steps::gather(uint8_t to, int16_t array, uint8_t index) {
  const auto slots = static_cast<uint16_t>(scalar_.load + scalar_.index);
  emit({.op = Opcode::Load, .a = to, .b = index, .slots = slots, .array = array});
}

void Steps::scatter(uint8_t from, int16_t array, uint8_t index) {
  const auto slots = static_cast<uint16_t>(scalar_.load + scalar_.index);
  emit({.op = Opcode::Store, .a = from, .b = index, .slots = slots, .array = array});
}

void Steps::atomic_add(uint8_t old, int16_t array, uint8_t index, uint8_t addend) {
  const auto slots = static_cast<uint16_t>(scalar_.load + scalar_.index);
  emit(
      {.op = Opcode::AtomicAdd, .a = old, .b = index, .c = addend, .slots = slots, .array = array});
}

void Steps::machine_share(uint8_t begin, uint8_t end, uint8_t count) {
  emit({.op = Opcode::ThreadShare,
        .a = begin,
        .b = end,
        .c = count,
        .slots = scalar_.share,
        .immediate = program::kWholeMachine});
}

void Steps::core_barrier() {
  emit({.op = Opcode::Barrier, .slots = scalar_.barrier});
}

void Steps::machine_barrier() {
  emit({.op = Opcode::Barrier, .slots = scalar_.barrier, .immediate = program::kWholeMachine});
}

void Steps::emit_entry(uint8_t row, uint8_t column, uint8_t value, uint8_t position) {
  const auto slots = static_cast<uint16_t>(scalar_.load + 2 * scalar_.index);
  emit({.op = Opcode::Emit, .a = row, .b = column, .c = value, .d = position, .slots = slots});
  add_immediate(position, position, 1);
}

void Steps::emit_row(uint8_t row, uint8_t begin, uint8_t count) {
  const auto slots = static_cast<uint16_t>(scalar_.load + scalar_.index);
  emit({.op = Opcode::EmitRow, .a = row, .b = begin, .c = count, .slots = slots});
}

void Steps::loop(uint8_t index, uint8_t end, const std::function<void()>& body) {
  const auto again = label(), done = label();
  place(again);
  if_not_less(index, end, done);
  body();
  go(again);
  place(done);
}

void Steps::count_up(uint8_t index, uint8_t end, uint8_t step, const std::function<void()>& body) {
  loop(index, end, [&] {
    body();
    add(index, index, step);
  });
}

void Steps::count_up(uint8_t index, uint8_t end, const std::function<void()>& body) {
  loop(index, end, [&] {
    body();
    add_immediate(index, index, 1);
  });
}

}  // namespace weft::mapper
