// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Elements that a few registers hold.
inline constexpr int64_t kRegisterElements = 16;

/// Steps of repeated loops that are looked at one by one. Where there are more, and they differ,
/// proofs fail and sizes are enclosures.
inline constexpr int64_t kMostLookedAtSteps = 64;

/// Steps of the repeated loops of a statement, all together.
int64_t steps_of(const NestStatementPlan& plan);

/// Whether repeated loops shift a form as a whole, if they change it: what other loops add to it is
/// then the same in every step.
bool only_shifts(const NestKernel& nest, const NestStatementPlan& plan, program::Form form);

/// The piece of a tensor that one iteration of the loop at `depth` touches (-1: all of a
/// statement's), with the most elements that it can have.
program::NestSlice slice_at(const NestKernel& nest, const NestStatementPlan& plan,
                            const AccessPlan& access, int depth);

/// Bytes of a slice in the scratchpad: 8 for a value, which is fp64 there, and its coordinates.
uint64_t slice_bytes(const NestKernel& nest, const program::NestSlice& slice);

/// The depth of the loop that a word names; the number of loops where there is none.
size_t depth_of(const NestStatementPlan& plan, const std::string& loop);

/// Who shares a slice that stands at `depth`: Lanes or CoreThreads where loops within it are dealt
/// to these, None where each thread has a slice of its own.
program::Share sharers_below(const NestStatementPlan& plan, int depth);

/// Slices of a core that its sharers need.
uint64_t copies_per_core(const NestTarget& target, program::Share sharers);

/// Takes room in the scratchpad of a core.
void take_scratchpad(NestKernel& nest, const std::string& what, uint64_t bytes);

/// The place of a word in the document, as what costs are attributed to.
uint16_t source_index(NestKernel& nest, const base::Location& where, const std::string& statement,
                      const std::string& tensor, const std::string& what);

}  // namespace weft::mapper
