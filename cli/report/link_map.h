// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/run.h"

namespace weft::cli::report {

/// How busy the links of a run's network were: the mesh of the die with the busiest link, each
/// direction by itself, the wider and stronger the busier; and where there are several dies, a
/// matrix of the links between them. Empty where the run has no network.
std::string draw_links(const Run& run, const std::string& title);

}  // namespace weft::cli::report
