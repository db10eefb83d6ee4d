// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/words.h"

namespace weft::dense {

/// The nearest value of a dtype, ties to even; values past the largest become it (f8, integers) or
/// infinity (f64 to bf16).
double round_to(ir::Dtype dtype, double value);

/// The distance from 1 to the next larger value of a dtype; 0 for integers.
double epsilon_of(ir::Dtype dtype);

}  // namespace weft::dense
