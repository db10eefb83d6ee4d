// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/program/access_kind.h"
#include "kernels/program/program.h"

namespace weft::program {

/// What the warps of a CTA do together in a step, counted on the real operands.
struct WarpWork {
  double instructions = 0;       // warp instructions of every kind
  double alu = 0;                // of these, on the integer pipes
  double fma32 = 0;              // of these, on the fp32 pipes
  double fma64 = 0;              // of these, on the fp64 pipe, however many lanes take part
  double shared_requests = 0;    // warp requests to shared memory
  double shared_wavefronts = 0;  // passes over its banks; more than requests where they conflict
  double atomic_requests = 0;    // the same of atomics, which pass the banks twice
  double atomic_wavefronts = 0;
  double global_requests = 0;  // warp requests to L1 and beyond
  double products = 0;         // useful multiply-adds

  WarpWork& operator+=(const WarpWork& other);
};

/// The longest row of dependent latencies of one warp in a step.
struct WarpChain {
  uint32_t instructions = 0;  // arithmetic and control, each waiting for the one before
  uint32_t shared = 0;        // reads of shared memory
  uint32_t atomics = 0;       // atomics on shared memory
  uint32_t fma64 = 0;
  uint32_t loads = 0;  // reads of global memory
  uint32_t global_atomics = 0;
};

/// A contiguous piece of global memory that warps of a step touch together. `sweeps`: how often
/// they walk over all of it.
struct GlobalAccess {
  uint64_t address = 0;
  uint32_t bytes = 0;
  uint32_t sweeps = 1;
  AccessKind kind = AccessKind::Read;
};

/// A stretch of a CTA after which its warps meet, or where its record is merely cut.
struct CtaStep {
  WarpWork work;
  WarpChain chain;
  size_t access_end = 0;  // its accesses end here; they begin where those of the step before end
};

/// The most warps that a CTA has.
inline constexpr unsigned kMaxWarps = 32;

/// What one CTA does, step by step. A function fills it, the machine reads it.
class CtaTrace {
 public:
  void clear();

  /// Work and chains of the step that is being recorded.
  WarpWork& work() { return work_; }
  WarpChain& chain(unsigned warp) { return chains_[warp]; }
  void access(AccessKind kind, uint64_t address, uint64_t bytes, uint32_t sweeps = 1);
  /// Ends the step; one in which nothing happened is dropped.
  void end_step();
  /// Ends the step if it has grown so long that other CTAs should have their turn.
  void cut_step() {
    if (work_.instructions >= kLongStep) end_step();
  }

  const std::vector<CtaStep>& steps() const { return steps_; }
  const std::vector<GlobalAccess>& accesses() const { return accesses_; }

 private:
  static constexpr double kLongStep = 8192;  // warp instructions

  WarpWork work_;
  std::array<WarpChain, kMaxWarps> chains_{};
  std::vector<CtaStep> steps_;
  std::vector<GlobalAccess> accesses_;
};

/// The arithmetic of a launch whose CTAs differ by the data: doing it yields its cost.
class RowFunction {
 public:
  virtual ~RowFunction() = default;
  /// Called once before the first CTA: what CTAs add to is cleared here.
  virtual void begin() {}
  /// Computes what CTA `cta` computes and records what that takes. Each CTA is run once.
  virtual void run(int64_t cta, CtaTrace& trace) = 0;
};

/// What the host does before it launches.
struct HostWork {
  std::vector<double> allocations;  // bytes of each allocation of device memory
  int round_trips = 0;              // waits for the device, reads a few words and decides
};

/// One kernel launch of CTAs that differ by the data.
struct RowLaunch {
  std::string name;
  HostWork host;  // since the launch before it in its stage, which may run meanwhile
  int64_t ctas = 0;
  int threads = 128;
  int registers = 32;        // of a thread
  int64_t shared_bytes = 0;  // of a CTA
  std::shared_ptr<RowFunction> function;
  uint16_t source = 0;  // index into RowProgram::sources
};

/// Launches that run side by side, each in a stream of its own, after everything before them.
struct RowStage {
  HostWork host;
  std::vector<RowLaunch> launches;
};

/// The host side of a row kernel: what it launches may depend on what earlier launches found.
class RowProgram {
 public:
  virtual ~RowProgram() = default;
  /// Forgets all results; next() begins anew.
  virtual void restart() = 0;
  /// Gives the next stage, when the one before has run; false at the end.
  virtual bool next(RowStage& stage) = 0;

  std::vector<Source> sources;
};

}  // namespace weft::program
