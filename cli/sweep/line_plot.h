// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/sweep/analysis.h"

namespace weft::cli::sweep {

/// Which axes of a sweep a plot shows, by name.
struct LinePlotAxes {
  std::string over;   // across
  std::string lines;  // a line for each value; empty: one line
};

/// An SVG document of the first objective over an axis: values of the axis evenly apart in the
/// order of the numbers that they state, the objective on a logarithmic scale where it is positive,
/// and a panel for each combination of values of the axes left, all of one scale. Light and dark by
/// the reader's preference. UserError where the sweep has no such axis or no point is done.
std::string line_plot_svg(const Analysis& analysis, const LinePlotAxes& axes);

}  // namespace weft::cli::sweep
