// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/structure/choose.h"
#include "kernels/structure/fit.h"

namespace weft::structure {

/// The relative error of the structure that a request chooses for a weight.
inline double error_of(const Matrix& weight, const StructureRequest& request) {
  const Structure structure = choose_structure(weight.rows(), weight.cols(), request);
  return fit_structure(weight, structure, {}).relative_error;
}

}  // namespace weft::structure
