// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/structure/structure.h"

namespace weft::structure {

/// A structure as its user names it; what is not given follows from the weight's size.
struct StructureRequest {
  std::string name;  // one of structure_names(), or "N:M" such as "4:8"
  std::vector<int64_t> blocks =
      {};  // one; for monarch also two: of the first and the second product
  std::optional<int64_t> rank = {};
  std::optional<int64_t> block_size = {};  // of ARMOR's A and B
};

/// The names of all structures, "2:4" for N:M.
std::span<const std::string> structure_names();

/// The structure for a weight. UserError with all defects: an unknown name, an option that the
/// structure does not have, a size that does not divide (with the nearest that do).
Structure choose_structure(int64_t rows, int64_t cols, const StructureRequest& request);

}  // namespace weft::structure
