// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "kernels/program/nest_walk.h"
#include "kernels/program/outcome.h"

namespace weft::program {

/// Does the innermost loop of a nest, or a single point, as one micro-operation: some iterations
/// are walked, then the statement is evaluated for all of them.
template <class Touch>
class NestRunner {
 public:
  NestRunner(Touch& touch, NestWalk<Touch>& walk)
      : touch_(touch), walk_(walk), nest_(touch.nest()), state_(touch.state()) {}

  /// Again where iterations are left.
  Outcome run(int32_t run);

 private:
  static constexpr int64_t kMost = 64;  // iterations that are done together
  /// Iterations of an unrolled loop that share one advance of pointers and one branch.
  static constexpr int64_t kUnrolled = 4;
  /// Iterations done together where each waits for memory: a thread should not run far ahead.
  static constexpr int64_t kFewWaiting = 8;
  using Column = std::array<double, kMost>;
  using Places = std::array<int64_t, kMost>;

  bool begin();
  int64_t gather_points();
  bool look_up_all();
  int64_t places_of(const RunAccess& access, Places& places);
  void evaluate();
  void push_access(const RunAccess& access, Column& column);
  void combine_results(const Column& values);
  void combine_one(double& element, double value) const;
  void touch_places(const RunAccess& access, const Places& places, AccessKind kind);
  void touch_target(const Places& places, int64_t count);
  void finish();
  int64_t most_together() const;

  const NestAccess& access_of(const RunAccess& access) const {
    return nest_.accesses[static_cast<size_t>(access.access)];
  }

  Touch& touch_;
  NestWalk<Touch>& walk_;
  const Nest& nest_;
  NestState& state_;
  const NestRun* run_ = nullptr;
  const NestStatement* statement_ = nullptr;
  bool more_ = false;
  int64_t count_ = 0;
  std::array<Places, 8> varying_;  // [variable of the run][iteration]
  std::array<Column, 8> stack_;
};

}  // namespace weft::program
