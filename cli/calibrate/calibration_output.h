// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "cli/calibrate/calibration.h"

namespace weft::cli::calibrate {

/// Two tables for the terminal: the parameters, and the errors by GPU.
std::string calibration_text(const Calibration& calibration, bool colour);

/// Documents for `--set @FILE`, by compute capability; "" is the one for all GPUs. Each value says
/// where it comes from, and what the presets had. `origin`: the command.
std::map<std::string, std::string> overlays(const Calibration& calibration,
                                            const std::string& origin);

}  // namespace weft::cli::calibrate
