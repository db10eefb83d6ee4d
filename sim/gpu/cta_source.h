// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/gpu/tile_memory.h"

namespace weft::sim {

/// Hands out the CTAs of a launch: the first of every place in turn over the SMs, later ones to
/// whichever SM asks.
///
/// It notes when the CTAs of two waves in the middle of a sample are handed out and what had been
/// moved by then, from which the waves that are not simulated are known. The CTAs of a wave ask
/// together at first and spread out with time, so that the distance of two single CTAs says little:
/// means over whole waves are compared.
class CtaSource {
 public:
  /// `places`: CTAs that an SM holds. `memory`: counters to note.
  CtaSource(int64_t ctas, unsigned sms, unsigned places, const TileMemoryCounters& memory)
      : ctas_(ctas),
        sms_(sms),
        wave_(static_cast<int64_t>(sms) * places),
        next_(wave_),
        memory_(memory) {
    means_[0].wave = kFirstWave;
    means_[1].wave = ctas / wave_ - 1;
  }

  std::optional<int64_t> first(unsigned sm, unsigned place) const {
    const int64_t number = static_cast<int64_t>(place) * sms_ + sm;
    if (number >= ctas_) return std::nullopt;
    return number;
  }

  std::optional<int64_t> next(uint64_t cycle) {
    if (next_ >= ctas_) return std::nullopt;
    for (WaveMean& mean : means_) {
      if (mean.wave != next_ / wave_) continue;
      mean.cycle += static_cast<double>(cycle) / static_cast<double>(wave_);
      mean.memory = mean.memory + memory_ * (1 / static_cast<double>(wave_));
    }
    return next_++;
  }

  /// What happens from one CTA that is handed out to the next, between the two waves.
  struct Steady {
    double cycles = 0;
    TileMemoryCounters memory;
  };
  Steady per_cta() const;

 private:
  static constexpr int64_t kFirstWave = 2;  // until the pace is steady

  /// Means over the CTAs of a wave, at the time each is handed out.
  struct WaveMean {
    int64_t wave = 0;
    double cycle = 0;
    TileMemoryCounters memory;
  };

  int64_t ctas_;
  unsigned sms_;
  int64_t wave_;
  int64_t next_;
  const TileMemoryCounters& memory_;
  WaveMean means_[2];
};

}  // namespace weft::sim
