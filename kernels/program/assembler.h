// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/program.h"

namespace weft::program {

/// A place in a thread program that jumps can name before it is reached.
struct Label {
  int32_t id = -1;
};

/// Builds a thread program one micro-operation after the other and resolves its labels.
class Assembler {
 public:
  Label label();
  /// The next operation emitted stands at `label`.
  void place(Label label);

  /// Operations emitted from here on are attributed to `source`.
  void attribute(uint16_t source) { source_ = source; }
  uint16_t source() const { return source_; }

  /// Emits `op`; the caller fills registers, arrays and immediate by designated initialisers.
  void emit(MicroOp op);
  /// Emits `op` with its target at `label`.
  void jump(MicroOp op, Label label);

  /// The finished code. Every label that was used has been placed.
  std::vector<MicroOp> finish();

 private:
  std::vector<MicroOp> code_;
  std::vector<int32_t> label_at_;  // by label id; -1 until placed
  uint16_t source_ = 0;
};

}  // namespace weft::program
