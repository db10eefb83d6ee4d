// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/gpu/power_model.h"
#include "sim/gpu/row_source.h"
#include "sim/gpu/sm_time.h"

namespace weft::sim {

/// The way from an SM to the L2 of real addresses.
class SectorPort {
 public:
  virtual ~SectorPort() = default;
  virtual SectorReply request(uint64_t cycle, program::AccessKind kind,
                              const SectorRequest& request) = 0;
  virtual SectorReply reread(uint64_t cycle, double bytes) = 0;
};

/// What an SM did for one launch of a stage.
struct RowLaunchCounters {
  double cta_warp_cycles = 0;  // residency of CTAs times their warps
  uint64_t first_cycle = ~uint64_t{0};
  uint64_t last_cycle = 0;
  program::WarpWork work;
  double l1_bytes = 0;  // asked of L1
  double l1_hit_bytes = 0;
  double l2_bytes = 0;  // that went on to the L2
  double l2_hit_bytes = 0;
  double dram_read_bytes = 0;
  double dram_write_bytes = 0;
  SmCauseCycles states{};  // time of its CTAs by what they did
};

/// One SM under a stage: CTAs of several launches, calendars for its pipes, a cache.
///
/// A CTA's function is run when the CTA begins and yields its steps. A step takes the longest of:
/// the booked time of each pipe that its warps use, which the resident CTAs share; the longest
/// chain of dependent latencies of one of its warps, where a load costs what the step's accesses
/// cost on average by the level that had them; and the time until L2 and DRAM have passed its
/// bytes.
class RowSm {
 public:
  RowSm(unsigned index, SectorPort& port) : index_(index), port_(port) {}

  void begin(const RowStagePlan& plan, RowSource& source);
  /// Runs every CTA up to `until`; returns the cycle at which the SM has work next, or kNoWork.
  uint64_t run_until(uint64_t until);
  static constexpr uint64_t kNoWork = ~uint64_t{0};

  uint64_t last_cycle() const { return last_cycle_; }
  /// Cycles of the stage by cause; they add up to `cycles`.
  SmCauseCycles close(uint64_t cycles) const;
  /// What a place for a CTA spent the stage's cycles on up to `cycle`, or as far as it has run.
  SlotCycles slot_at(size_t place, uint64_t cycle) const;
  /// CTAs that are on the SM.
  unsigned resident() const;
  const std::vector<RowLaunchCounters>& launches() const { return counters_; }

 private:
  struct Cta {
    size_t launch = 0;
    program::CtaTrace trace;
    size_t step = 0;
    size_t access = 0;
    uint64_t now = 0;
    uint64_t began = 0;
    bool running = false;
    SmCauseCycles spent{};  // time of the place's CTAs by what they did
  };
  /// What the accesses of a step come to.
  struct Traffic {
    double latency_sum = 0;  // over the reads
    double reads = 0;
    double atomic_latency = 0;
    uint64_t done = 0;
    double l1_bytes = 0;
    double below_bytes = 0;  // that passed the port to the L2
    double write_bytes = 0;
  };

  void add(Cta& cta, SmCause cause, double cycles) {
    cta.spent[static_cast<size_t>(cause)] += cycles;
    counters_[cta.launch].states[static_cast<size_t>(cause)] += cycles;
  }
  void fill(uint64_t cycle);
  void start(RowSource::Place place, uint64_t cycle);
  void run_step(Cta& cta);
  void finish(Cta& cta);
  Traffic move(Cta& cta, const program::CtaStep& step);
  void move_access(const program::GlobalAccess& access, uint64_t cycle, Traffic& traffic,
                   RowLaunchCounters& counters);
  void sweep_again(const program::GlobalAccess& access, uint64_t cycle, Traffic& traffic,
                   RowLaunchCounters& counters);
  uint64_t book_pipes(uint64_t cycle, const program::WarpWork& work, const Traffic& traffic);
  uint64_t chain_cycles(const program::WarpChain& chain, const Traffic& traffic,
                        double& load_cycles) const;

  unsigned index_;
  SectorPort& port_;
  const RowStagePlan* plan_ = nullptr;
  RowSource* source_ = nullptr;
  SectorCache l1_{0, 4, 128};
  RateCalendar issue_, alu_, fp32_, fp64_, shared_, way_;
  SmRoom room_;
  std::vector<std::unique_ptr<Cta>> ctas_;
  uint64_t next_fill_ = 0;
  uint64_t last_cycle_ = 0;
  std::vector<RowLaunchCounters> counters_;
};

}  // namespace weft::sim
