// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/stepper.h"

namespace weft::sim {

/// What every operation of a thread works with, and the operations that take issue slots alone.
struct ScalarOps : Stepper {
  using MicroOp = program::MicroOp;
  using Array = BoundArray;

  ScalarOps(CoreModel& model, Thread& hardware_thread, SlotCalendar& issue_port)
      : Stepper{model, hardware_thread, issue_port, hardware_thread.now} {}

  const Array* const arrays = core.arrays_.data();
  const program::Program& code = core.run_->program;

  int64_t& integer(uint8_t r) { return thread.reg[r].integer; }
  double& real(uint8_t r) { return thread.reg[r].real; }
  void* data(int32_t id) const { return arrays[id].data; }
  const Array& array(int32_t id) const { return arrays[id]; }
  const program::Accumulator& accumulator() { return code.accumulator; }
  const program::SlotTable& slots() { return code.slots; }

  /// A single-threaded core goes on after a load and waits where its register is first used.
  void use(uint8_t r) {
    if (thread.stall_on_use) wait_until(Cause::Memory, thread.ready[r]);
  }

  /// Executes operations from `pc` on up to the next one that takes more than issue slots, and
  /// returns where that is. Every loop of a program contains one.
  [[gnu::always_inline]] uint32_t run_scalars(const MicroOp* operations, uint32_t pc) {
    using program::Opcode;
    Register* const reg = thread.reg.data();
    uint64_t owed = thread.pending_slots;
    for (;; ++pc) {
      const MicroOp& op = operations[pc];
      const auto jump_if = [&](bool taken) {
        if (taken) pc = static_cast<uint32_t>(op.target) - 1;
      };
      if (op.op > program::kLastScalar) break;
      if (thread.stall_on_use) wait_for_operands(op);
      owed += op.slots;
      switch (op.op) {
        case Opcode::Set:
          reg[op.a].integer = op.immediate;
          break;
        case Opcode::Move:
          reg[op.a] = reg[op.b];
          break;
        case Opcode::Add:
          reg[op.a].integer = reg[op.b].integer + reg[op.c].integer;
          break;
        case Opcode::AddImmediate:
          reg[op.a].integer = reg[op.b].integer + op.immediate;
          break;
        case Opcode::Subtract:
          reg[op.a].integer = reg[op.b].integer - reg[op.c].integer;
          break;
        case Opcode::Minimum:
          reg[op.a].integer = std::min(reg[op.b].integer, reg[op.c].integer);
          break;
        case Opcode::MultiplyReal:
          reg[op.a].real = reg[op.b].real * reg[op.c].real;
          break;
        case Opcode::AddReal:
          reg[op.a].real = reg[op.b].real + reg[op.c].real;
          break;
        case Opcode::JumpIfLess:
          jump_if(reg[op.a].integer < reg[op.b].integer);
          break;
        case Opcode::JumpIfNotLess:
          jump_if(reg[op.a].integer >= reg[op.b].integer);
          break;
        case Opcode::JumpIfNotEqual:
          jump_if(reg[op.a].integer != reg[op.b].integer);
          break;
        case Opcode::Jump:
          jump_if(true);
          break;
        case Opcode::TableOffset:
          reg[op.a].integer = op.immediate * core.table_number();
          break;
        default:
          thread_share(op);
          break;
      }
    }
    thread.pending_slots = owed;
    return pc;
  }

  void wait_for_operands(const MicroOp& op) {
    use(op.a);
    use(op.b);
    use(op.c);
  }

  /// A block of [0, c) for this thread of its core, or of the machine.
  void thread_share(const MicroOp& op) {
    const bool machine = op.immediate == program::kWholeMachine;
    const int64_t count = integer(op.c);
    const int64_t sharers = machine ? integer(1) : core.members_;
    const int64_t share = (count + sharers - 1) / sharers;
    const int64_t begin = std::min(share * (machine ? integer(0) : thread.id), count);
    integer(op.b) = std::min(begin + share, count);
    integer(op.a) = begin;
  }
};

}  // namespace weft::sim
