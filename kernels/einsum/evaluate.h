// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/dense/deviation.h"
#include "kernels/einsum/operand.h"

namespace weft::einsum {

/// The tensors that a kernel needs from outside: those that its statements read before one of them
/// writes. One with a `gen` level outermost needs its first step alone.
std::vector<const ir::Tensor*> initial_tensors(const ir::Kernel& kernel);

/// The tensors that statements write and none reads after, and all live tensors of a recurrence.
std::vector<const ir::Tensor*> result_tensors(const ir::Kernel& kernel);

/// Evaluates the statements of a kernel in order in plain fp64, without regard to schedules and
/// levels: the reference for what machines compute. A product counts where all its sparse factors
/// are stored, a sum where one of its terms is; a target with a `pattern` takes what falls on its
/// positions alone. An element that nothing was combined into is 0. `values` holds the initial
/// tensors and patterns and receives all others. Throws UserError for gathers that leave their
/// tensors.
///
/// Terms are walked from their sparse factors: the entries of one bind its indices, the next is
/// looked up by the indices bound so far, and what is then unbound runs over its extent.
void evaluate(const ir::Kernel& kernel, Operands& values);

using dense::Deviation;

/// Compares tensors by name; the tolerance follows from their dtypes and the number of additions
/// behind an element.
Deviation compare(const ir::Kernel& kernel, const std::vector<const ir::Tensor*>& tensors,
                  const Operands& found, const Operands& expected);

}  // namespace weft::einsum
