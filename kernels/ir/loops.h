// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::ir {

/// Whether `name` is one of `names`.
bool contains(const std::vector<std::string>& names, std::string_view name);

/// A loop of a statement once `fuse` and `split` are applied. A nest is a list of them, each
/// index's pieces together; `order` says how they nest.
struct Loop {
  std::string name;
  /// What it walks: one index, or several fused ones.
  std::vector<std::string> indices;
  /// The index or fused loop that a split took apart; the name itself where none did.
  std::string parent;
  /// Its place among the pieces of the split, outermost 0; the sizes of the others are tiles.
  int piece = 0;
  int pieces = 1;
};

/// The words that hold for a statement: its own, and those of `all` that name something it has. An
/// own entry replaces the one of `all` with the same key.
StatementSchedule effective_schedule(const Kernel& kernel, const Statement& statement);

/// The loops that `schedule` makes of the statement's indices.
std::vector<Loop> loops_of(const Kernel& kernel, const Statement& statement,
                           const StatementSchedule& schedule);

/// The same under the effective schedule.
std::vector<Loop> loops_of(const Kernel& kernel, const Statement& statement);

/// The loop of that name, or nullptr.
const Loop* find_loop(const std::vector<Loop>& loops, std::string_view name);

/// The indices that a fixed order walks, outermost first, without the names that splits gave them:
/// "mkn" of [m0, m1, k, n]. Pieces of an index that follow each other count once.
std::string walked_indices(const Kernel& kernel, const Statement& statement,
                           const StatementSchedule& schedule);

/// States what a document may leave unsaid: every statement gets a schedule, and every size that a
/// split leaves open a hole `any`.
void complete_schedule(Kernel& kernel);

}  // namespace weft::ir
