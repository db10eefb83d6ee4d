// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/table.h"

namespace weft::cli::report {

/// A line of a legend: a square in a series' colour, or a tick or line as the drawing has it.
struct LegendEntry {
  std::string swatch;  // a class of the style sheet: "s0" to "s11", "faint", "tick"
  std::string name;
};

/// A drawing with everything that says the same in words: a title, a legend and a table.
struct Plot {
  std::string title;
  std::vector<LegendEntry> legend;
  nlohmann::ordered_json spec;  // of Vega, without a width and without colours of its own
  Table numbers;
};

/// The figure as HTML: the script of the page draws it, and a click opens its numbers. Text of the
/// specification that comes from files must be data, never an expression.
std::string draw(const Plot& plot);

/// A specification from its text with `{"name": …}` data sets filled in: those of `data` by name.
nlohmann::ordered_json filled_spec(const char* text, const nlohmann::ordered_json& data);

/// An axis ("bottom" of scale "x", "left" of scale "y") with numbers as people write them: 10µ,
/// 0.1, 20, 30k.
nlohmann::ordered_json number_axis(const char* orient, const std::string& title);

/// Where a logarithmic axis has its numbers: at decades, of fewer than three also at 2 and 5.
std::vector<double> log_ticks(double least, double most);

/// JSON as the content of a script element: no text in it can end the element.
std::string script_json(const nlohmann::ordered_json& json);

/// The style class of a series' colour; twelve colours repeat.
std::string series_class(size_t series);

/// The number of colours.
inline constexpr size_t kSeriesColours = 12;

}  // namespace weft::cli::report
