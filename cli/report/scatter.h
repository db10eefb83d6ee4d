// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli::report {

/// Points that look alike.
struct ScatterSeries {
  std::string name;
  std::string swatch;  // its colour by its class: "s0" to "s11", or "faint"
  bool stands_out = false;
};

/// A point in the units of the axes.
struct ScatterPoint {
  double x = 0;
  double y = 0;
  size_t series = 0;
  std::string label;  // shown where the pointer rests
};

/// Points over two quantities. An axis is logarithmic where its values are positive and span more
/// than a factor of eight.
struct Scatter {
  std::string title;
  std::string x_name;
  std::string y_name;
  std::vector<ScatterSeries> series;
  std::vector<ScatterPoint> points;  // later ones lie on top
  bool joined = false;               // a line through the points that stand out, in order
  bool diagonal = false;             // equal values of x and y; both axes are then the same
};

/// The figure; nothing where there are fewer than two points.
std::string draw(const Scatter& scatter);

}  // namespace weft::cli::report
