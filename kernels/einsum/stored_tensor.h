// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/einsum/operand.h"
#include "kernels/program/form.h"

namespace weft::einsum {

/// One level of a stored tensor. A position of the level above has a fiber of positions here, each
/// with a coordinate.
struct StoredLevel {
  ir::LevelType type = ir::LevelType::Dense;
  int64_t extent = 1;               // of its coordinates
  int64_t width = 1;                // positions of a fiber where that is fixed: N of N:M, slots
  std::vector<int64_t> position;    // compressed, hash: [parent + 1] where fibers begin
  std::vector<int32_t> coordinate;  // [position] of levels that store them; -1: an empty slot
  bool ordered = true;              // coordinates of a fiber rise
  bool unique = true;
  uint32_t position_bytes = 8;  // on the simulated machine
  uint32_t coordinate_bytes = 4;
  int64_t positions = 1;  // of all fibers together
};

/// A tensor laid out as its levels say.
struct StoredTensor {
  std::string name;
  ir::Dtype dtype = ir::Dtype::F32;
  std::vector<int64_t> shape;
  std::vector<StoredLevel> levels;
  std::vector<double> values;            // [position of the last level]
  std::vector<int64_t> entry_positions;  // sparse ones: [entry of the operand]

  /// Bytes on the simulated machine of the values of these elements or entries of the operand; and
  /// of the positions and coordinates that lead to them, where a machine must read these.
  uint64_t bytes_of(const std::vector<bool>& elements, bool with_coordinates) const;
};

/// Lays out the values of a tensor. Reports entries that its levels have no place for: off a
/// diagonal, more than the slots of a fiber, more than N in a group.
StoredTensor store(const ir::Kernel& kernel, const ir::Tensor& tensor, const Operand& operand,
                   base::Diagnostics& diagnostics);

/// The values of a stored tensor by coordinate: full, or the entries that `pattern` names.
Operand load(const ir::Kernel& kernel, const ir::Tensor& tensor, const StoredTensor& stored,
             const Operand& pattern);

}  // namespace weft::einsum
