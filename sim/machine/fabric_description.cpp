// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/fabric_description.h"

#include <cmath>

#include "base/error.h"

namespace weft::machine {

int64_t FabricDescription::cycles_of_ns(double time_ns) const {
  // The product of two decimal numbers may lie a rounding error above a whole number of cycles.
  constexpr double kRounding = 1e-9;
  return static_cast<int64_t>(std::ceil(time_ns * clock_ghz - kRounding));
}

uint16_t FabricDescription::issue_slots(const std::string& step) const {
  const auto found = instructions.find(step);
  WEFT_CHECK(found != instructions.end(),
             "an instruction count that the schema should have filled in");
  return static_cast<uint16_t>(found->second);
}

}  // namespace weft::machine
