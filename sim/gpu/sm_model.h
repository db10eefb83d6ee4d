// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/gpu/cta_source.h"
#include "sim/gpu/launch_plan.h"
#include "sim/gpu/rate_calendar.h"
#include "sim/gpu/sm_time.h"
#include "sim/gpu/tile_memory.h"

namespace weft::sim {

/// The way from an SM to the L2.
class TilePort {
 public:
  virtual ~TilePort() = default;
  virtual TileReply read(uint64_t cycle, uint64_t block, double bytes, const TileCost& cost) = 0;
  virtual uint64_t write(uint64_t cycle, double bytes) = 0;
};

/// What an SM did in a launch.
struct SmCounters {
  SmCauseCycles causes{};              // adds up to the launch's cycles after close()
  double cta_cycles = 0;               // residency, summed over CTAs
  uint64_t last_cycle = 0;             // at which its last CTA ended
  std::vector<double> segment_cycles;  // [segment] time of CTAs in it, summed
};

/// One SM: places for CTAs, a calendar for the time of its pipes, and the loops of its CTAs.
///
/// A CTA walks each segment in chunks of iterations. A chunk begins when its first block is there,
/// asks for the blocks of a later chunk, as far ahead as there are buffers, and takes the longest
/// of: its iterations by themselves; the earliest free time of the SM's pipes, which the resident
/// CTAs share; the arrival of its last block; and the latency of its blocks over the number that
/// are in flight, or beside the loop where there is one buffer.
class SmModel {
 public:
  SmModel(unsigned index, TilePort& port) : index_(index), port_(port) {}

  /// Takes up a launch that begins at `cycle`.
  void begin(const LaunchPlan& plan, const GpuParameters& parameters, CtaSource& source,
             uint64_t cycle);

  /// Runs every CTA up to `until`; returns the cycle at which the SM has work next, or kNoWork.
  uint64_t run_until(uint64_t until);
  static constexpr uint64_t kNoWork = ~uint64_t{0};

  /// Fills the rest of the launch's `cycles` with idle time.
  void close(uint64_t cycles);
  const SmCounters& counters() const { return counters_; }

  /// The causes of the launch's cycles up to `cycle`, as close() will give them at its end.
  SmCauseCycles causes_at(uint64_t cycle) const;
  /// What a place for a CTA spent the launch's cycles on up to `cycle`, or as far as it has run.
  SlotCycles slot_at(size_t place, uint64_t cycle) const;
  /// CTAs that are on the SM.
  unsigned resident() const;

 private:
  /// A chunk's blocks on their way.
  struct Asked {
    TileReply data;
    double latency = 0;  // from the request of a block to its use
  };
  struct Cta {
    program::CtaCoordinates at;
    uint64_t now = 0;
    uint64_t began = 0;
    size_t segment = 0;
    int64_t chunk = 0;
    std::vector<Asked> asked;  // of the chunks that come next, in turn
    bool running = false;
    SmCauseCycles spent{};  // time of the place's CTAs by what they did
  };

  void start(Cta& cta, std::optional<int64_t> number, uint64_t cycle);
  void ask(Cta& cta, int64_t chunk, uint64_t cycle);
  void ask_first(Cta& cta);
  void run_chunk(Cta& cta);
  void end_segment(Cta& cta);
  static void add(Cta& cta, SmCause cause, double cycles) {
    cta.spent[static_cast<size_t>(cause)] += cycles;
  }
  /// Whether CTAs have one buffer, so that a block is not on its way while another is in use.
  bool waits() const { return plan_->launch->stages < 2; }

  unsigned index_;
  TilePort& port_;
  const LaunchPlan* plan_ = nullptr;
  const GpuParameters* parameters_ = nullptr;
  CtaSource* source_ = nullptr;
  RateCalendar pipes_;
  std::vector<Cta> ctas_;  // [place]
  uint64_t begin_ = 0;
  double busy_ = 0;  // cycles of the binding unit
  SmCounters counters_;
};

}  // namespace weft::sim
