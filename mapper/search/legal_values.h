// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/ir/holes.h"
#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// Whether the value of a hole follows from the other words, so that nothing is to be chosen:
/// `slots: any` stands for the largest table that fits.
bool is_derived(const ir::Hole& hole);

/// The values that a hole may take, in the syntax of documents. A list stands for itself. For
/// `any`: tiles are the divisors of what they cut and the powers of two below it, orders are all
/// permutations of up to 6 loops, words are all words, numbers the powers of two that machines have
/// a use for. Empty where nothing is known to be legal.
std::vector<std::string> legal_values(const ir::Kernel& kernel, const ir::Hole& hole);

/// The word of the schedule that a path belongs to ("tiles" of "schedule.mul.tiles.m0"), and what
/// of it ("m0"; "A.via" of a hold).
struct PathParts {
  std::string statement;  // "all" for shared words, "fuse_at" and "rewrite" for those blocks
  std::string word;
  std::string subject;
};
PathParts parts_of(const std::string& path);

}  // namespace weft::mapper
