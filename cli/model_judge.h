// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/gpu/launch_judge.h"
#include "sim/gpu/launch_estimate.h"

namespace weft::cli {

/// Judges launches by the simulator's own models of loops and power.
class ModelJudge : public mapper::LaunchJudge {
 public:
  explicit ModelJudge(const machine::GpuDescription& gpu) : estimator_(gpu) {}

  double expected_s(const program::Launch& launch, int resident) override {
    return estimator_.seconds(launch, static_cast<unsigned>(resident));
  }
  mapper::LoopCycles loop(const program::Launch& launch, size_t segment, int resident) override {
    const auto ctas = static_cast<unsigned>(resident);
    return {estimator_.loop_cycles(launch, segment, ctas) / resident,
            estimator_.loop_cycles(launch, segment, 1)};
  }
  double least_within_power_s(const program::Launch& launch, double cycles,
                              double start_s) override {
    return estimator_.least_within_power_s(launch, cycles, start_s);
  }

 private:
  sim::LaunchEstimator estimator_;
};

}  // namespace weft::cli
