// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/gpu_description.h"

#include <algorithm>

namespace weft::machine {

double GpuDescription::volts_at(double clock_ghz) const {
  const double slope = (power.max_v - power.min_v) / (clock.max_ghz - power.knee_ghz);
  return std::max(power.min_v, power.min_v + slope * (clock_ghz - power.knee_ghz));
}

}  // namespace weft::machine
