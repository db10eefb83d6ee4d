// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/program/program.h"
#include "kernels/program/row_program.h"
#include "mapper/gpu/nest/lane.h"

namespace weft::mapper {

/// A CTA that runs the code of a loop nest: threads in warps of 32 lanes.
///
/// Of the lanes of a warp those at the lowest instruction go on, all that stand there together; the
/// others wait for them. As the code of a loop lies before what follows it, lanes that leave a loop
/// early meet the others behind it, which is where the hardware lets them converge. Warps meet at
/// barriers, which end a step of the trace.
class NestCta {
 public:
  /// `nest` outlives it.
  NestCta(const program::Nest& nest, int threads);

  /// Runs CTA `cta` of `ctas`: computes on the nest's tensors and records what that takes.
  /// `values`: of the variables as the host has set them.
  void run(const std::vector<program::MicroOp>& code, const std::vector<int64_t>& values,
           int64_t cta, int64_t ctas, program::CtaTrace& trace);

  /// Multiplications since they were forgotten.
  double products() const { return products_; }
  void forget_products() { products_ = 0; }

 private:
  enum class Status : uint8_t { Runs, Waits, Ended };
  struct Lane {
    program::NestState state;
    LaneLog log;
    int32_t at = 0;  // in the code
    Status status = Status::Runs;
  };

  void run_warp(const std::vector<program::MicroOp>& code, size_t warp, program::CtaTrace& trace);
  void run_lane(const program::MicroOp& op, size_t lane);
  bool release_barrier();
  bool works_in_fp64(const program::MicroOp& op) const;

  const program::Nest& nest_;
  std::vector<Lane> lanes_;
  int64_t cta_ = 0;
  int64_t ctas_ = 1;
  double products_ = 0;
};

}  // namespace weft::mapper
