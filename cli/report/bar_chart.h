// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace weft::cli::report {

/// A stretch of a bar, in the unit of the chart's axis.
struct Segment {
  size_t series = 0;
  double begin = 0;
  double end = 0;
  double value = std::numeric_limits<double>::quiet_NaN();  // what it says; NaN: its length
};

/// A labelled horizontal bar: one segment for a plain value, several for parts of a whole or a
/// timeline.
struct Bar {
  std::string label;
  std::string value;  // shown at the right, over the bar
  std::vector<Segment> segments;
  double mark =
      std::numeric_limits<double>::quiet_NaN();  // a limit shown as a tick, such as a peak
};

/// Horizontal bars under their labels: readable at the width of a phone as of a desk, since lengths
/// follow the window and letters do not.
struct BarChart {
  std::string title;
  std::vector<std::string> series;  // a legend is shown where there are several
  std::string mark_name;            // what the marks are; empty without marks
  std::vector<Bar> bars;
  std::string axis_name = {};  // a scale under the bars; empty: the values over them say enough
  bool logarithmic = false;    // for values far apart; bars then begin above zero
  double full = std::numeric_limits<double>::quiet_NaN();  // where tracks end; NaN: the longest bar
};

/// The chart as a figure; empty without lengths. Of more series than there are colours, those with
/// the least shares of their bars have one together, "others".
std::string draw(const BarChart& chart, std::string (*show)(double));

}  // namespace weft::cli::report
