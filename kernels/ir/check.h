// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/kernel.h"

namespace weft::ir {

/// Checks the compute block: every tensor, index and parameter that an expression names exists,
/// accesses have the rank of their tensors, `=` reduces nothing, repeats name indices and
/// statements.
void check_compute(const Kernel& kernel, base::Diagnostics& diagnostics);

/// Checks everything that depends on the parameters: extents are positive, the levels of every
/// tensor give each coordinate a slot of its own, subscripts stay inside their tensors, constants
/// have the shape of theirs.
void check_sizes(const Kernel& kernel, base::Diagnostics& diagnostics);

/// Checks that every name in the schedule and in bind is one that can stand there: loops of the
/// statement, tensors that take part in it, statements, roles. Near misses are suggested.
void check_names(const Kernel& kernel, base::Diagnostics& diagnostics);

/// Checks the rules of the schedule beyond names: orders are complete, new loops are new, words
/// that need each other agree.
void check_schedule(const Kernel& kernel, base::Diagnostics& diagnostics);

/// True where no two coordinates of a tensor of this shape share a slot of its levels. Looks at a
/// box of small coordinates and at the edges of the tensor, some thousand coordinates: a level map
/// repeats with the block sizes in it, so a clash shows up near the origin. Coordinates that an
/// affine level leaves out do not count.
bool levels_are_injective(const Tensor& tensor, const std::vector<int64_t>& shape,
                          const Bindings& params);

}  // namespace weft::ir
