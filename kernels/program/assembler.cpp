// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/assembler.h"

#include "base/error.h"

namespace weft::program {

Label Assembler::label() {
  label_at_.push_back(-1);
  return {static_cast<int32_t>(label_at_.size()) - 1};
}

void Assembler::place(Label label) {
  label_at_[static_cast<size_t>(label.id)] = static_cast<int32_t>(code_.size());
}

void Assembler::emit(MicroOp op) {
  op.source = source_;
  code_.push_back(op);
}

void Assembler::jump(MicroOp op, Label label) {
  op.target = label.id;
  emit(op);
}

std::vector<MicroOp> Assembler::finish() {
  for (MicroOp& op : code_) {
    if (op.target < 0) continue;
    op.target = label_at_[static_cast<size_t>(op.target)];
    WEFT_CHECK(op.target >= 0, "a jump to a label that was never placed");
  }
  return std::move(code_);
}

}  // namespace weft::program
