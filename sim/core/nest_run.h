// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "sim/core/nest_walk.h"
#include "sim/core/outcome.h"

namespace weft::sim {

/// Does the innermost loop of a nest, or a single point, as one micro-operation: some iterations
/// are walked, then the statement is evaluated for all of them.
class NestRunner {
 public:
  NestRunner(NestTouch& touch, NestWalk& walk)
      : touch_(touch), walk_(walk), nest_(touch.nest()), state_(touch.state()) {}

  /// Again where iterations are left.
  Outcome run(int32_t run);

 private:
  static constexpr int64_t kMost = 64;  // iterations that are done together
  using Column = std::array<double, kMost>;
  using Places = std::array<int64_t, kMost>;

  bool begin();
  int64_t gather_points();
  bool look_up_all();
  int64_t places_of(const program::RunAccess& access, Places& places);
  void evaluate();
  void push_access(const program::RunAccess& access, Column& column);
  void combine_results(const Column& values);
  void combine_one(double& element, double value) const;
  void touch_places(const program::RunAccess& access, const Places& places, AccessKind kind);
  void touch_target(const Places& places, int64_t count);
  void finish();
  int64_t most_together() const;

  const program::NestAccess& access_of(const program::RunAccess& access) const {
    return nest_.accesses[static_cast<size_t>(access.access)];
  }

  NestTouch& touch_;
  NestWalk& walk_;
  const program::Nest& nest_;
  NestState& state_;
  const program::NestRun* run_ = nullptr;
  const program::NestStatement* statement_ = nullptr;
  bool more_ = false;
  int64_t count_ = 0;
  std::array<Places, 8> varying_;  // [variable of the run][iteration]
  std::array<Column, 8> stack_;
};

}  // namespace weft::sim
