// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/structure/matrix.h"

namespace weft::structure {

/// A factor as the bytes of a NumPy file, version 1.0: f4 in C order, or i1 for positions.
std::string npy_bytes(const Factor& factor);

}  // namespace weft::structure
