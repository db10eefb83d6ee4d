// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/gpu/tile_memory.h"

namespace weft::sim {

/// Hands out the CTAs of a launch: the first of every place in turn over the SMs, later ones to
/// whichever SM asks. It notes the time and the traffic at two CTAs in the middle of a sample, from
/// which the waves that are not simulated are known.
class CtaSource {
 public:
  /// `wave`: CTAs that the SMs hold together. `memory`: counters to note.
  CtaSource(int64_t ctas, unsigned sms, unsigned places, const TileMemoryCounters& memory)
      : ctas_(ctas), sms_(sms), next_(static_cast<int64_t>(sms) * places), memory_(memory) {
    const int64_t wave = next_;
    marks_[0].number = wave * kFirstMark;
    marks_[1].number = (ctas / wave - 1) * wave;
  }

  std::optional<int64_t> first(unsigned sm, unsigned place) const {
    const int64_t number = static_cast<int64_t>(place) * sms_ + sm;
    if (number >= ctas_) return std::nullopt;
    return number;
  }

  std::optional<int64_t> next(uint64_t cycle) {
    if (next_ >= ctas_) return std::nullopt;
    for (Mark& mark : marks_) {
      if (mark.number == next_) mark = {next_, cycle, memory_};
    }
    return next_++;
  }

  /// What happened between the two marks, by CTA handed out.
  struct Steady {
    double cycles = 0;
    TileMemoryCounters memory;
  };
  Steady per_cta() const;

 private:
  static constexpr int64_t kFirstMark = 2;  // waves, until the pace is steady

  struct Mark {
    int64_t number = 0;
    uint64_t cycle = 0;
    TileMemoryCounters memory;
  };

  int64_t ctas_;
  unsigned sms_;
  int64_t next_;
  const TileMemoryCounters& memory_;
  Mark marks_[2];
};

}  // namespace weft::sim
