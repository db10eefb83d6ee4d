// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/experiment.h"

namespace weft::cli {

/// A message about a setting, "--set PATH=VALUE: WHAT", in its parts; an empty path where it is
/// about something else, of which `what` is all.
struct SettingMessage {
  std::string path;
  std::string what;
};
SettingMessage split_setting_message(const std::string& message);

/// Loads what an experiment names, for its defects alone, and tells them where it names it.
void check_named_documents(const Experiment& experiment, base::Diagnostics& diagnostics);

/// Reports sources of an experiment that no run of it can read.
void check_sources(const Experiment& experiment, base::Diagnostics& diagnostics);

}  // namespace weft::cli
