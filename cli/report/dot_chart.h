// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli::report {

/// A value of one row.
struct Dot {
  size_t series = 0;
  double value = 0;
};

/// The values of one thing.
struct DotRow {
  std::string label;
  std::vector<Dot> dots;
};

/// Several positive values for each of some things, on one logarithmic axis: values that do not add
/// up, such as rates of different levels.
struct DotChart {
  std::string title;
  std::string axis_name;
  std::vector<std::string> series;
  std::vector<DotRow> rows;
};

/// The chart as a figure; values that are not positive are left out. Empty without values.
std::string draw(const DotChart& chart, std::string (*show)(double));

}  // namespace weft::cli::report
