// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "sim/timeline/timeline.h"

namespace weft::cli {

/// A timeline in the Trace Event format that Perfetto and chrome://tracing open: a process for each
/// unit of the machine, a track for each of its parts with the longest state of every stretch, and
/// curves of bandwidth and occupancy. The phases of `result` are a track of their own, and every
/// stretch is cut at their ends, so that each track fills each phase exactly.
std::string trace_events(const sim::Timeline& timeline, const nlohmann::ordered_json& result);

}  // namespace weft::cli
