// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/cta_source.h"

#include "base/error.h"

namespace weft::sim {

CtaSource::Steady CtaSource::per_cta() const {
  const auto ctas = static_cast<double>((means_[1].wave - means_[0].wave) * wave_);
  WEFT_CHECK(ctas > 0 && means_[1].cycle > means_[0].cycle, "a sample without a steady part");
  Steady steady;
  steady.cycles = (means_[1].cycle - means_[0].cycle) / ctas;
  steady.memory = (means_[1].memory - means_[0].memory) * (1 / ctas);
  return steady;
}

}  // namespace weft::sim
