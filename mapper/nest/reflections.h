// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// A run of rank-one updates of a state, x <- x - b v (v'x), one for each step of a repeat:
///
///     dot:  s[j,c] += V[j,i] * X[j,c,i]
///     axpy: X[j+1,c,i] = X[j,c,i] - b[j] * V[j,i] * s[j,c]
///
/// c stands for any number of indices, in any order of the state's subscripts. With b = 2 and
/// vectors of length 1 these are Householder reflections.
struct Reflections {
  std::string repeat;                // the index j
  std::string dot, axpy;             // statements
  std::string vectors;               // the tensor V
  std::string state;                 // X
  std::string products;              // s
  std::string along;                 // i
  std::vector<std::string> columns;  // c, as s has them
  ir::Expression target;             // X[j+1,c,i]
  ir::Expression factor;             // b, which j alone may choose
  int64_t count = 0;                 // steps
};

/// What the repeats of a kernel hold in this form; `why` says what is missing where none does.
std::optional<Reflections> find_reflections(const ir::Kernel& kernel, std::string& why);

}  // namespace weft::mapper
