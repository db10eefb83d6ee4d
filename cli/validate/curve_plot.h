// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/validate/validation.h"

namespace weft::cli::validate {

/// An SVG document with a panel for each curve of the validation: measured values as dots and
/// predicted ones as a line over the position along the curve, both axes logarithmic, and the mean
/// absolute error. At most 40 rows of a curve are drawn, evenly chosen.
std::string curve_plot_svg(const Validation& validation);

}  // namespace weft::cli::validate
