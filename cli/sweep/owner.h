// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weft::cli::sweep {

/// This process in words that name it among all of a cluster: host, process and when it began.
std::string this_process();

/// Whether a process is known to have ended: it was one of this host and is not there any more. Of
/// another host's nothing is known.
bool has_ended(const std::string& owner);

}  // namespace weft::cli::sweep
