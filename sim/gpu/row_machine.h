// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/program/row_program.h"
#include "sim/gpu/gpu_machine.h"

namespace weft::sim {

/// An SM array that runs row kernels: CTAs that differ by the data, real addresses in L1 and L2,
/// and a host that allocates, waits and decides between launches. As a tree of SystemC modules it
/// follows the rules of GpuMachine: build before the first run, run any number of programs.
class RowMachine {
 public:
  /// `timeline`: is filled by the latest run, and outlives the machine; may be null.
  explicit RowMachine(const machine::GpuDescription& description, Timeline* timeline = nullptr);
  ~RowMachine();

  /// Runs the stages of `program` one after the other, from cold caches, at the highest clock that
  /// the power limit allows. In the result, launches of one stage overlap in time; the stage's
  /// cycles, and those of its SMs by cause, are shared out among them by the time of their CTAs.
  /// Throws UserError where a CTA does not fit an SM.
  GpuRun run(program::RowProgram& program);

  const machine::GpuDescription& description() const { return description_; }

 private:
  struct Modules;

  GpuRun run_at(program::RowProgram& program, double clock_ghz);
  double run_stage(const program::RowStage& stage, double clock_ghz, GpuRun& run);

  machine::GpuDescription description_;
  Timeline* timeline_;
  std::unique_ptr<Modules> modules_;
};

}  // namespace weft::sim
