// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli::report {

/// A point of a scatter plot and how it stands out.
struct ScatterPoint {
  enum class Role { Plain, OffLimits, Front, Knee };
  double x = 0;
  double y = 0;
  std::string label;  // shown where the pointer rests
  Role role = Role::Plain;
};

/// Points over two quantities. Those of the front, which come in order, are joined. An axis is
/// logarithmic where its values are positive and span more than a factor of eight.
struct Scatter {
  std::string title;
  std::string x_name;
  std::string y_name;
  std::vector<ScatterPoint> points;
};

/// The drawing with its legend; nothing where there are fewer than two points.
std::string draw(const Scatter& scatter);

}  // namespace weft::cli::report
