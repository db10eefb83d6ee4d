// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// Elements of a tensor that a thread keeps in registers through some steps of a recurrence:
/// base**steps of one dim, base**(first of the steps) apart.
struct RegisterGroup {
  std::string tensor;
  size_t dim = 0;
  int64_t base = 2;
  int64_t steps = 1;
  std::string pass;  // loop that stands around the groups
  std::string step;  // loop over the steps of one
  ir::Origin where;
};

/// A tensor of a recurrence whose elements stay with the threads that compute them from step to
/// step, and are swapped between these.
struct ExchangedTensor {
  std::string tensor;
  std::string index;  // the repeated one
  ir::Exchange via;   // of what the steps hand on
  ir::Origin where;
};

/// A kernel whose schedule has been written out as statements and loops.
struct Expansion {
  ir::Kernel kernel;
  std::set<std::string> ones;  // intermediates that begin as ones; the others begin as zeros
  std::map<std::string, RegisterGroup> groups;       // [statement]
  std::map<std::string, ExchangedTensor> exchanges;  // [statement]
};

/// Writes out the words of a schedule that stand for other statements or loops: `rewrite`,
/// `split_k`, `scan`, `exchange` and `radix`. Nothing where a kernel has none of them; what stands
/// against one is reported.
std::optional<Expansion> write_out(const ir::Kernel& kernel, base::Diagnostics& diagnostics);

/// Gives every statement all the words that hold for it as its own.
void give_own_words(ir::Kernel& kernel);

}  // namespace weft::mapper
