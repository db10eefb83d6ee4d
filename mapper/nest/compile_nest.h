// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mapper/nest/nest_plan.h"
#include "mapper/nest/nest_tensors.h"

namespace weft::mapper {

/// Reports words of the schedule that mean nothing to a loop nest. It needs no operands, which such
/// kernels may have no room for.
void check_nest_words(const ir::Kernel& kernel, base::Diagnostics& diagnostics);

/// A kernel compiled as loop nests, and its program for the fabric. The program reads and writes
/// the tensors that it was compiled for, so that it may run once.
class CompiledNest {
 public:
  /// Compiles a kernel without holes. Everything that stands against it is reported, and the
  /// program is then not to be used. `emits`: false stops before the thread program.
  CompiledNest(const ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
               base::Diagnostics& diagnostics, bool emits = true);

  const program::Program& program() const { return program_; }
  const NestKernel& plan() const { return plan_; }
  /// Gives the plan away, which other machines make programs of their own form from.
  NestKernel release() && { return std::move(plan_); }

 private:
  void write_out_words(const ir::Kernel& kernel, NestTensors& tensors,
                       base::Diagnostics& diagnostics);
  void make_groups();
  bool joins_last(const NestStatementPlan& plan) const;
  size_t shared_loops(const NestStatementPlan& plan, const NestStatementPlan& before) const;
  size_t shared_loops(const NestGroup& group) const;
  void plan_group(NestGroup& group, base::Diagnostics& diagnostics);
  void attribute();

  NestKernel plan_;
  program::Program program_;
};

}  // namespace weft::mapper
