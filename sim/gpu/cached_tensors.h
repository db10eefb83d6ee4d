// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "kernels/program/grid_program.h"

namespace weft::sim {

/// What the L2 still holds when a tile kernel begins, after the launches before it: tensors, and
/// stores on their way to DRAM.
///
/// A launch moves all of its tensors side by side, so that what it moved is as old as its
/// beginning. As for blocks within a launch, age is counted in bytes that were filled since (the
/// stack distance of an LRU cache): a tensor is there as a whole while that is no more than the
/// cache holds, and else counts as gone as a whole.
class CachedTensors {
 public:
  explicit CachedTensors(double l2_bytes) : l2_bytes_(l2_bytes) {}

  bool holds(const std::string& tensor) const { return age_bytes(tensor) <= l2_bytes_; }
  /// Bytes filled since the launch began that moved it last; infinite where none did.
  double age_bytes(const std::string& tensor) const;
  /// Stores that had not reached DRAM when the last launch ended.
  double unwritten_bytes() const { return unwritten_bytes_; }
  /// Takes note of a launch that filled `filled_bytes` and left so many stores unwritten.
  void note(const program::Launch& launch, double filled_bytes, double unwritten_bytes);

 private:
  double l2_bytes_;
  double unwritten_bytes_ = 0;
  std::map<std::string, double> age_bytes_;
};

}  // namespace weft::sim
