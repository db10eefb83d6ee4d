// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// An open place of a document and the values that a search may put there.
struct Decision {
  std::string path;                 // "schedule.mul.tiles.m0"
  std::vector<std::string> values;  // in the syntax of documents
  ir::Origin where;

  /// The path without what all paths begin with: "tiles.m0".
  std::string name() const;
};

/// A value for every decision: [decision] index into its values. The first entries alone are a
/// partial mapping: the later decisions are open.
using Point = std::vector<uint16_t>;

/// The mappings that a document with holes describes. Decisions come in the order in which a
/// partial choice fixes most of a lower bound: where operands are held, then orders, then tiles,
/// then everything else.
class Mapspace {
 public:
  /// Precondition: the sizes of the kernel are set. A hole for which nothing is known to be legal
  /// is reported. Holes that follow from other words are not decisions.
  Mapspace(ir::Kernel kernel, base::Diagnostics& diagnostics);

  const ir::Kernel& kernel() const { return kernel_; }
  const std::vector<Decision>& decisions() const { return decisions_; }
  /// The decisions for whose path `accepts` is true.
  template <class Accepts>
  std::vector<size_t> decisions_where(Accepts&& accepts) const {
    std::vector<size_t> found;
    for (size_t i = 0; i < decisions_.size(); ++i) {
      if (accepts(decisions_[i].path)) found.push_back(i);
    }
    return found;
  }

  /// How many points there are; as a double, since 64 bits may not suffice.
  double size() const { return size_below(0); }
  /// How many points share the values of the first `depth` decisions.
  double size_below(size_t depth) const;

  /// The first value of every decision.
  Point first() const { return Point(decisions_.size(), 0); }
  /// Moves on to the next point, the last decision fastest; false behind the last point.
  bool advance(Point& point) const;
  /// The value that a point gives a decision.
  const std::string& value(const Point& point, size_t decision) const {
    return decisions_[decision].values[point[decision]];
  }
  /// The document with the decisions' holes filled; derived ones stay open.
  ir::Kernel fill(const Point& point) const;

 private:
  ir::Kernel kernel_;
  std::vector<Decision> decisions_;
};

}  // namespace weft::mapper
