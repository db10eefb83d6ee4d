// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/search/launch_judge.h"
#include "sim/gpu/launch_estimate.h"

namespace weft::cli {

/// Judges launches by the simulator's own models of loops and power.
class ModelJudge : public mapper::LaunchJudge {
 public:
  explicit ModelJudge(const machine::GpuDescription& gpu) : estimator_(gpu) {}

  double expected_s(const program::Launch& launch, int resident) override {
    return estimator_.seconds(launch, static_cast<unsigned>(resident));
  }
  double least_within_power_s(const program::Launch& launch, double cycles) override {
    return estimator_.least_within_power_s(launch, cycles);
  }

 private:
  sim::LaunchEstimator estimator_;
};

}  // namespace weft::cli
