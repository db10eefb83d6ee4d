// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/cta_source.h"

#include "base/error.h"

namespace weft::sim {

CtaSource::Steady CtaSource::per_cta() const {
  const auto ctas = static_cast<double>(marks_[1].number - marks_[0].number);
  WEFT_CHECK(ctas > 0 && marks_[1].cycle > marks_[0].cycle, "a sample without a steady part");
  Steady steady;
  steady.cycles = static_cast<double>(marks_[1].cycle - marks_[0].cycle) / ctas;
  steady.memory = (marks_[1].memory - marks_[0].memory) * (1 / ctas);
  return steady;
}

}  // namespace weft::sim
