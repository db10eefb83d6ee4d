// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/walk/row_floors.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mapper/gpu/sm_port.h"
#include "mapper/search/walk/sector_set.h"
#include "mapper/search/walk/stage_latency.h"
#include "sim/machine/occupancy.h"

namespace weft::mapper {

using program::AccessKind;
using program::CtaStep;
using program::WarpWork;

namespace {

constexpr double kNs = 1e-9;
constexpr double kBytesPerMib = 1 << 20;
constexpr double kWarpLanes = 32;

/// Cycles of the resources of one SM, or of all of them.
struct Cycles {
  double math = 0;
  double issue = 0;
  double shared = 0;
  double port = 0;

  Cycles& operator+=(const Cycles& other) {
    math += other.math;
    issue += other.issue;
    shared += other.shared;
    port += other.port;
    return *this;
  }
  double most() const { return std::max({math, issue, shared, port}); }
};

/// What the accesses of a step ask for at least.
struct StepTraffic {
  double l1_bytes = 0;
  double below_bytes = 0;  // that pass L1 whatever it holds
  bool atomics = false;
};

class RowWalker {
 public:
  RowWalker(program::RowProgram& program, const machine::GpuDescription& gpu)
      : program_(program), gpu_(gpu), hertz_(gpu.clock.max_ghz * 1e9), latency_(gpu) {}

  RowFloors run() {
    program_.restart();
    for (program::RowStage stage; program_.next(stage); stage = {}) walk_stage(stage);
    return floors_;
  }

 private:
  double host_s(const program::HostWork& host) const {
    const machine::LaunchDescription& launch = gpu_.launch;
    double ns = launch.round_trip_ns * host.round_trips;
    for (const double bytes : host.allocations)
      ns += launch.allocate_ns + launch.allocate_mib_ns * bytes / kBytesPerMib;
    return ns * kNs;
  }

  void walk_stage(program::RowStage& stage) {
    double start_s = host_s(stage.host);
    std::erase_if(stage.launches,
                  [](const program::RowLaunch& launch) { return launch.ctas == 0; });
    if (!stage.launches.empty()) {
      // Only stages that follow another wait for what the stream leaves between kernels.
      const double gap_ns = std::max(0.0, gpu_.launch.stream_ns - gpu_.launch.kernel_ns);
      start_s += (gpu_.launch.kernel_ns + (launched_ ? gap_ns : 0)) * kNs;
      launched_ = true;
      begin_stage();
      double ready_s = 0;
      for (const program::RowLaunch& launch : stage.launches) {
        ready_s += host_s(launch.host);
        walk_launch(launch, ready_s);
        ready_s += gpu_.launch.stream_ns * kNs;
      }
      end_stage();
    }
    for (double* floor : {&floors_.math, &floors_.issue, &floors_.shared, &floors_.l2,
                          &floors_.dram, &floors_.atomics, &floors_.latency})
      *floor += start_s;
  }

  void begin_stage() {
    all_ = {};
    latency_.begin();
    below_bytes_ = written_bytes_ = atomics_ = 0;
    for (SectorSet& sectors : touched_) sectors.clear();
  }

  void walk_launch(const program::RowLaunch& launch, double ready_s) {
    machine::LaunchShape shape;
    shape.threads_per_block = launch.threads;
    shape.registers_per_thread = launch.registers;
    shape.dynamic_shared_bytes = launch.shared_bytes;
    const machine::Occupancy occupancy = machine::occupancy(
        machine::sm_limits(machine::parse_compute_capability(gpu_.compute_capability).value()),
        shape);
    const double places = std::max(1, occupancy.blocks_per_sm) * static_cast<double>(gpu_.sms);
    latency_.begin_launch(ready_s, places);
    launch.function->begin();
    for (int64_t cta = 0; cta < launch.ctas; ++cta) {
      trace_.clear();
      launch.function->run(cta, trace_);
      trace_.end_step();
      latency_.begin_cta();
      walk_cta();
    }
  }

  void walk_cta() {
    size_t access = 0;
    for (const CtaStep& step : trace_.steps()) {
      StepTraffic traffic;
      for (; access < step.access_end; ++access) add_access(trace_.accesses()[access], traffic);
      const Cycles alone = cycles_of(step.work, traffic);
      all_ += alone;
      floors_.instructions += step.work.instructions;
      // What is no whole cycle may be booked with the next step.
      latency_.end_step(step.chain, std::max(0.0, alone.most() - 1), traffic.atomics);
    }
  }

  void add_access(const program::GlobalAccess& access, StepTraffic& traffic) {
    const auto sector_bytes = static_cast<uint64_t>(gpu_.sm.l1.sector_bytes);
    const auto line_bytes = static_cast<uint64_t>(gpu_.sm.l1.line_bytes);
    const uint64_t first = access.address / sector_bytes;
    const uint64_t last = (access.address + access.bytes - 1) / sector_bytes;
    const auto moved = static_cast<double>((last - first + 1) * sector_bytes);
    const double again = static_cast<double>(access.bytes) * (access.sweeps - 1);
    traffic.l1_bytes += again + (access.kind == AccessKind::Atomic ? 0 : moved);
    if (access.kind == AccessKind::Read) {
      latency_.add_read(first, last);
    } else {
      traffic.below_bytes += moved + again;
      below_bytes_ += moved + again;
    }
    if (access.kind == AccessKind::Write) written_bytes_ += moved;
    if (access.kind == AccessKind::Atomic) {
      traffic.atomics = true;
      const uint64_t lines =
          last * sector_bytes / line_bytes - first * sector_bytes / line_bytes + 1;
      atomics_ += static_cast<double>(lines);
    }
    for (uint64_t sector = first; sector <= last; ++sector) touched(access.kind).insert(sector);
  }

  /// Cycles of one SM that does it all.
  Cycles cycles_of(const WarpWork& work, const StepTraffic& traffic) const {
    const machine::SmDescription& sm = gpu_.sm;
    const auto passes = [&](double requests, double wavefronts) {
      return std::max(requests / sm.shared.requests_per_cycle, wavefronts);
    };
    Cycles cycles;
    cycles.issue =
        std::max(work.instructions / sm.subcores, work.alu * kWarpLanes / sm.pipes.int_lanes);
    cycles.math = std::max(work.fma32 * kWarpLanes / sm.pipes.fp32_lanes,
                           work.fma64 * kWarpLanes / sm.pipes.fp64_lanes);
    cycles.shared = passes(work.shared_requests, work.shared_wavefronts) +
                    kAtomicPasses * passes(work.atomic_requests, work.atomic_wavefronts) +
                    std::max(work.global_requests / sm.shared.requests_per_cycle,
                             traffic.l1_bytes / static_cast<double>(sm.l1.bytes_per_cycle));
    cycles.port = traffic.below_bytes / kPortBytesPerCycle;
    return cycles;
  }

  SectorSet& touched(AccessKind kind) { return touched_[static_cast<size_t>(kind)]; }

  /// Reads and atomics that find nothing in any cache, and writes that do not fit the L2.
  double dram_bytes() {
    const auto sector_bytes = static_cast<double>(gpu_.sm.l1.sector_bytes);
    const SectorSet& written = touched(AccessKind::Write);
    double fresh = 0;
    for (const AccessKind kind : {AccessKind::Read, AccessKind::Atomic}) {
      touched(kind).for_each([&](uint64_t sector) {
        if (!written.contains(sector) && known_.insert(sector)) fresh += sector_bytes;
      });
    }
    written.for_each([&](uint64_t sector) { known_.insert(sector); });
    return fresh + std::max(0.0, written_bytes_ - static_cast<double>(gpu_.l2.bytes));
  }

  /// Every sector that is read is brought to some SM.
  double read_bytes() {
    double sectors = 0;
    touched(AccessKind::Read).for_each([&](uint64_t) { ++sectors; });
    return sectors * static_cast<double>(gpu_.sm.l1.sector_bytes);
  }

  void end_stage() {
    const double sms = gpu_.sms;
    floors_.latency += latency_.seconds(known_, touched(AccessKind::Write));
    const double dram = dram_bytes();
    floors_.math += all_.math / sms / hertz_;
    floors_.issue += all_.issue / sms / hertz_;
    floors_.shared += all_.shared / sms / hertz_;
    const double per_cycle = std::min(gpu_.l2.bytes_per_cycle, kPortBytesPerCycle * sms);
    floors_.l2 += (below_bytes_ + read_bytes()) / per_cycle / hertz_;
    floors_.dram += dram / (gpu_.dram.peak_gb_s * gpu_.dram.efficiency * 1e9);
    floors_.atomics += atomics_ / (gpu_.l2.atomics_per_cycle * gpu_.l2.slices) / hertz_;
  }

  program::RowProgram& program_;
  const machine::GpuDescription& gpu_;
  double hertz_;
  program::CtaTrace trace_;
  RowFloors floors_;
  bool launched_ = false;
  SectorSet known_;  // sectors that earlier stages have touched
  StageLatency latency_;
  // Of the stage at hand:
  Cycles all_;
  double below_bytes_ = 0;
  double written_bytes_ = 0;
  double atomics_ = 0;
  std::array<SectorSet, 3> touched_;  // [kind of access]
};

}  // namespace

RowFloors row_floors(program::RowProgram& program, const machine::GpuDescription& gpu) {
  return RowWalker(program, gpu).run();
}

}  // namespace weft::mapper
