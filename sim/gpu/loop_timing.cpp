// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/loop_timing.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <vector>

#include "base/error.h"
#include "sim/core/calendar.h"
#include "sim/gpu/warp_units.h"

namespace weft::sim {

namespace {

using program::LoopBody;
using program::WarpOp;
using program::WarpStep;

constexpr unsigned kWarmIterations = 6;
constexpr unsigned kTimedIterations = 12;

/// A pipe whose work is not a whole number of cycles per instruction: what is left over is booked
/// with the next.
struct Pipe {
  SlotCalendar calendar;
  double owed = 0;

  /// Books `cycles` from `earliest` on; returns the cycle after the last.
  uint64_t book(uint64_t earliest, double cycles) {
    owed += cycles;
    const auto whole = static_cast<unsigned>(owed);
    if (whole == 0) return earliest;
    owed -= whole;
    return calendar.book(earliest, whole) + 1;
  }
};

struct Subcore {
  Pipe issue;
  std::array<Pipe, kSmUnits> pipes;
};

struct Warp {
  unsigned cta = 0;
  unsigned subcore = 0;
  size_t step = 0;
  unsigned iteration = 0;
  uint64_t time = 0;
  std::array<uint64_t, program::kTokens> tokens{};
  uint64_t warm_at = 0;
};

/// One SM with its resident warps, in the loop.
class LoopRun {
 public:
  LoopRun(const SmParameters& sm, const LoopBody& body, unsigned warps, unsigned ctas)
      : sm_(sm), body_(body), warps_per_cta_(warps), arrived_(ctas, 0), latest_(ctas, 0) {
    subcores_.resize(sm.subcores);
    for (unsigned i = 0; i < warps * ctas; ++i) {
      Warp warp;
      warp.cta = i / warps;
      warp.subcore = i % sm.subcores;
      warps_.push_back(warp);
    }
  }

  LoopTiming run() {
    for (unsigned i = 0; i < warps_.size(); ++i) turns_.push({0, i});
    while (!turns_.empty()) {
      const unsigned index = turns_.top().second;
      turns_.pop();
      take_step(index);
    }
    return summary();
  }

 private:
  void take_step(unsigned index) {
    Warp& warp = warps_[index];
    const WarpStep& step = body_.steps[warp.step];
    if (step.op == WarpOp::Barrier) {
      wait_for_cta(index);
      return;
    }
    if (step.needs != program::kNoToken) {
      const uint64_t ready = warp.tokens[step.needs];
      if (ready > warp.time) {  // its turn comes again when the value is there
        warp.time = ready;
        turns_.push({warp.time, index});
        return;
      }
    }
    execute(warp, step);
    advance(index);
  }

  void execute(Warp& warp, const WarpStep& step) {
    Subcore& subcore = subcores_[warp.subcore];
    const double slots = static_cast<double>(step.count) / sm_.issue;
    const uint64_t issued = subcore.issue.book(warp.time, slots);
    const SmUnit unit = unit_of(step.op);
    const double each = cycles_of(step);
    const bool shared = unit == SmUnit::Shared;
    Pipe& pipe = shared ? shared_ : subcore.pipes[static_cast<size_t>(unit)];
    const uint64_t done = pipe.book(warp.time, each * step.count);
    work_[static_cast<size_t>(unit)] += each * step.count;
    work_[static_cast<size_t>(SmUnit::Issue)] += slots;
    if (step.op == WarpOp::Wgmma || step.op == WarpOp::WgmmaSparse) read_operands(warp, step);
    if (step.gives != program::kNoToken) warp.tokens[step.gives] = done + latency_of(unit);
    // A pipe that is busy holds the next instruction back; the shared-memory pipe has a queue.
    const auto last = static_cast<uint64_t>(each);
    warp.time = shared || done < issued + last ? issued : std::max(issued, done - last);
  }

  /// Tensor instructions that read shared memory use its pipe beside their own.
  void read_operands(Warp& warp, const WarpStep& step) {
    const double cycles = step.bytes / sm_.shared_bytes * step.count;
    work_[static_cast<size_t>(SmUnit::Shared)] += cycles;
    const uint64_t done = shared_.book(warp.time, cycles);
    if (step.gives != program::kNoToken) {
      warp.tokens[step.gives] = std::max(warp.tokens[step.gives], done);
    }
  }

  void advance(unsigned index) {
    Warp& warp = warps_[index];
    if (++warp.step == body_.steps.size()) {
      warp.step = 0;
      ++warp.iteration;
      if (warp.iteration == kWarmIterations) warp.warm_at = warp.time;
      if (warp.iteration == kWarmIterations + kTimedIterations) return;
    }
    turns_.push({warp.time, index});
  }

  void wait_for_cta(unsigned index) {
    const unsigned cta = warps_[index].cta;
    latest_[cta] = std::max(latest_[cta], warps_[index].time);
    if (++arrived_[cta] < warps_per_cta_) return;
    arrived_[cta] = 0;
    for (unsigned i = cta * warps_per_cta_; i < (cta + 1) * warps_per_cta_; ++i) {
      warps_[i].time = latest_[cta] + sm_.barrier_cycles;
      advance(i);
    }
  }

  static SmUnit unit_of(WarpOp op) {
    switch (op) {
      case WarpOp::Fma32:
        return SmUnit::Fp32;
      case WarpOp::Fma64:
        return SmUnit::Fp64;
      case WarpOp::Mma:
      case WarpOp::MmaSparse:
      case WarpOp::Wgmma:
      case WarpOp::WgmmaSparse:
        return SmUnit::Tensor;
      case WarpOp::LoadShared:
      case WarpOp::StoreShared:
      case WarpOp::LoadGlobal:
      case WarpOp::CopyAsync:
        return SmUnit::Shared;
      default:
        return SmUnit::Alu;
    }
  }

  /// Cycles that one instruction occupies its pipe.
  double cycles_of(const WarpStep& step) const {
    switch (step.op) {
      case WarpOp::Fma32:
        return kWarpLanes / sm_.fp32_lanes;
      case WarpOp::Fma64:
        return kWarpLanes / sm_.fp64_lanes;
      case WarpOp::Mma:
        return step.fma / (tensor_rate() * sm_.mma_rate);
      case WarpOp::MmaSparse:
        return step.fma / (tensor_rate() * sm_.mma_rate * sm_.sparse_factor / 2);
      case WarpOp::Wgmma:
        return step.fma / tensor_rate();
      case WarpOp::WgmmaSparse:
        return step.fma / (tensor_rate() * sm_.sparse_factor / 2);
      case WarpOp::LoadShared:
      case WarpOp::StoreShared:
      case WarpOp::LoadGlobal:
      case WarpOp::CopyAsync:
        return std::max(step.bytes / sm_.shared_bytes, 1 / sm_.shared_requests);
      default:
        return kWarpLanes / sm_.alu_lanes;
    }
  }

  double tensor_rate() const {
    const double rate = sm_.tensor_fma[static_cast<size_t>(body_.math)];
    WEFT_CHECK(rate > 0, "a tensor instruction for a type that the SM has no unit for");
    return rate;
  }

  uint64_t latency_of(SmUnit unit) const {
    if (unit == SmUnit::Shared) return sm_.shared_latency;
    if (unit == SmUnit::Fp64) return sm_.fp64_latency;
    return unit == SmUnit::Tensor ? sm_.mma_latency : sm_.math_latency;
  }

  LoopTiming summary() const {
    double cycles = 0;
    for (const Warp& warp : warps_) cycles += static_cast<double>(warp.time - warp.warm_at);
    LoopTiming timing;
    timing.cycles = cycles / static_cast<double>(warps_.size()) / kTimedIterations;
    for (size_t unit = 0; unit < kSmUnits; ++unit) {
      const double pipes = unit == static_cast<size_t>(SmUnit::Shared) ? 1 : sm_.subcores;
      const double work = work_[unit] / (kWarmIterations + kTimedIterations) / pipes;
      timing.busy[unit] = std::min(1.0, work / timing.cycles);
      if (timing.busy[unit] > timing.busy[static_cast<size_t>(timing.bound_by)]) {
        timing.bound_by = static_cast<SmUnit>(unit);
      }
    }
    return timing;
  }

  using Turn = std::pair<uint64_t, unsigned>;  // time, warp

  const SmParameters& sm_;
  const LoopBody& body_;
  unsigned warps_per_cta_;
  std::vector<unsigned> arrived_;  // [cta]
  std::vector<uint64_t> latest_;   // [cta]
  std::vector<Subcore> subcores_;
  Pipe shared_;
  std::vector<Warp> warps_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
  std::array<double, kSmUnits> work_{};
};

}  // namespace

LoopTiming time_loop(const SmParameters& sm, const LoopBody& body, unsigned warps, unsigned ctas) {
  WEFT_CHECK(warps > 0 && ctas > 0 && !body.steps.empty(), "a loop without warps or steps");
  return LoopRun(sm, body, warps, ctas).run();
}

}  // namespace weft::sim
