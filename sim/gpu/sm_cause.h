// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weft::sim {

/// Why an SM's cycles passed: exactly one cause each.
enum class SmCause : uint8_t {
  Busy,      // the loop's binding unit worked
  Pipeline,  // CTAs ran, too few to hide latencies and barriers inside the SM
  Memory,    // CTAs waited for L2 and DRAM
  Store,     // CTAs wrote their results
  Launch,    // a place waited for its CTA to begin
  Idle,      // no CTA was left for the SM
};
inline constexpr size_t kSmCauses = 6;
inline constexpr std::array<std::string_view, kSmCauses> kSmCauseNames = {
    "busy", "pipeline", "memory", "store", "launch", "idle"};
using SmCauseCycles = std::array<double, kSmCauses>;

}  // namespace weft::sim
