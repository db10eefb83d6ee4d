// SPDX-License-Identifier: Apache-2.0
#include "mapper/compile/emit.h"
#include "mapper/compile/steps.h"

// Tokens of bounded work. A window is as slow as its heaviest row while a row belongs to one
// thread. Since the threads of a core add into one table by atomics, nothing forbids that several
// of them work on one row: a token is then a range of the row's entries in A. The threads that
// count the products of the rows cut them where a token would exceed the grain and leave the cuts
// where the row's entries begin in an array as long as A's; the single-threaded core lists the
// tokens in the order of their rows, so that a token ends where the next one begins.

namespace weft::mapper {

using program::ElementType;

std::vector<int64_t> first_tokens(const SpgemmOperands& operands, int64_t grain) {
  std::vector<int64_t> first = {0};
  for (int64_t row = 0; row < operands.a.rows; ++row) {
    int64_t cuts = 0, products = 0;
    for (int64_t entry = operands.a.row_start[static_cast<size_t>(row)];
         grain > 0 && entry < operands.a.row_start[static_cast<size_t>(row) + 1]; ++entry) {
      const int64_t length = operands.b.row_nnz(operands.a.column[static_cast<size_t>(entry)]);
      const bool full = products > 0 && products + length > grain;
      cuts += full ? 1 : 0;
      products = full ? length : products + length;
    }
    first.push_back(first.back() + cuts + 1);
  }
  return first;
}

void lay_out_tokens(ProgramBuilder& builder, int64_t rows, int64_t count) {
  ArrayIds& arrays = builder.arrays;
  const uint32_t position_bytes = builder.target.position_bytes;
  const auto entries = builder.kernel.program.arrays[static_cast<size_t>(arrays.a_column)].count;
  arrays.token_count = builder.memory_array(
      {"token.count", "A", ElementType::Int32, 4, static_cast<uint64_t>(rows)});
  arrays.token_cut =
      builder.memory_array({"token.cut", "A", ElementType::Int64, position_bytes, entries + 1});
  arrays.token_row =
      builder.memory_array({"token.row", "A", ElementType::Int32, 4, static_cast<uint64_t>(count)});
  arrays.token_begin = builder.memory_array(
      {"token.begin", "A", ElementType::Int64, position_bytes, static_cast<uint64_t>(count) + 1});
}

void emit_cuts_begin(ProgramBuilder& builder) {
  Steps steps(builder);
  steps.move(reg::kNext, reg::kA);
  steps.move(reg::kPosition, reg::kA);
  steps.set(reg::kMore, 0);
  steps.set(reg::kLimit, builder.plan.grain + 1);
}

void emit_cut(ProgramBuilder& builder) {
  Steps steps(builder);
  const auto fits = steps.label();
  steps.add(reg::kTemporary, reg::kMore, reg::kLength);
  steps.if_less(reg::kTemporary, reg::kLimit, fits);
  steps.if_not_less(reg::kZero, reg::kMore, fits);
  steps.store(reg::kA, builder.arrays.token_cut, reg::kPosition);
  steps.add_immediate(reg::kPosition, reg::kPosition, 1);
  steps.move(reg::kTemporary, reg::kLength);
  steps.place(fits);
  steps.move(reg::kMore, reg::kTemporary);
}

void emit_cuts_end(ProgramBuilder& builder) {
  Steps steps(builder);
  steps.subtract(reg::kPosition, reg::kPosition, reg::kNext);
  steps.add_immediate(reg::kPosition, reg::kPosition, 1);
  steps.store(reg::kPosition, builder.arrays.token_count, reg::kRow);
}

void emit_token_list(const ProgramBuilder& builder, program::Assembler& code) {
  Steps steps(code, builder.target.scalar);
  const ArrayIds& arrays = builder.arrays;
  const auto tokens = steps.label(), done = steps.label();
  steps.load(reg::kIndex, arrays.a_start, reg::kRow);
  steps.load(reg::kMore, arrays.token_count, reg::kRow);
  steps.move(reg::kA, reg::kIndex);
  steps.add(reg::kMore, reg::kMore, reg::kPosition);
  steps.place(tokens);
  steps.store(reg::kRow, arrays.token_row, reg::kPosition);
  steps.store(reg::kA, arrays.token_begin, reg::kPosition);
  steps.add_immediate(reg::kPosition, reg::kPosition, 1);
  steps.if_not_less(reg::kPosition, reg::kMore, done);
  steps.load(reg::kA, arrays.token_cut, reg::kIndex);
  steps.add_immediate(reg::kIndex, reg::kIndex, 1);
  steps.go(tokens);
  steps.place(done);
}

void emit_token_list_end(const ProgramBuilder& builder, program::Assembler& code) {
  Steps steps(code, builder.target.scalar);
  steps.load(reg::kA, builder.arrays.a_start, reg::kRow);
  steps.store(reg::kA, builder.arrays.token_begin, reg::kPosition);
}

void emit_fetch_token(ProgramBuilder& builder) {
  Steps steps(builder);
  const ArrayIds& arrays = builder.arrays;
  builder.attribute(builder.plan.lines.statement, "mul", "A", "locate m");
  steps.gather(reg::kRow, arrays.token_row, reg::kTemporary);
  steps.gather(reg::kA, arrays.token_begin, reg::kTemporary);
  steps.load(reg::kAEnd, arrays.token_begin, reg::kTemporary, 1);
}

}  // namespace weft::mapper
