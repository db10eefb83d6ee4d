// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/nest/nest_cta.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "kernels/program/nest_op.h"
#include "mapper/gpu/nest/warp_record.h"

namespace weft::mapper {

using program::MicroOp;
using program::NestOp;
using program::Opcode;
using program::Outcome;

namespace {

constexpr size_t kWarpLanes = 32;

}  // namespace

NestCta::NestCta(const program::Nest& nest, int threads)
    : nest_(nest), lanes_(static_cast<size_t>(threads)) {
  for (Lane& lane : lanes_) {
    lane.state.loops.resize(nest.loops.size());
    for (size_t i = 0; i < nest.loops.size(); ++i)
      lane.state.loops[i].cursors.resize(nest.loops[i].drivers.size());
    lane.state.task.assign(nest.tasks.size(), 0);
    lane.state.holds.resize(nest.holds.size());
  }
}

void NestCta::run(const std::vector<MicroOp>& code, const std::vector<int64_t>& values, int64_t cta,
                  int64_t ctas, program::CtaTrace& trace) {
  cta_ = cta;
  ctas_ = ctas;
  for (Lane& lane : lanes_) {
    lane.state.values = values;
    lane.state.running = false;
    lane.state.moved = 0;
    std::ranges::fill(lane.state.holds, program::NestState::Hold{});
    lane.at = 0;
    lane.status = Status::Runs;
  }
  do {
    for (size_t warp = 0; warp * kWarpLanes < lanes_.size(); ++warp) run_warp(code, warp, trace);
    trace.end_step();
  } while (release_barrier());
}

/// True where somebody waited.
bool NestCta::release_barrier() {
  bool waited = false;
  for (Lane& lane : lanes_) {
    if (lane.status != Status::Waits) continue;
    waited = true;
    lane.status = Status::Runs;
    ++lane.at;
  }
  return waited;
}

bool NestCta::works_in_fp64(const MicroOp& op) const {
  if (op.op != Opcode::Nest || static_cast<NestOp>(op.a) != NestOp::Run) return false;
  const program::NestRun& run = nest_.runs[static_cast<size_t>(op.immediate)];
  const auto& statement = nest_.statements[static_cast<size_t>(run.statement)];
  return program::works_in_fp64(nest_, statement);
}

void NestCta::run_warp(const std::vector<MicroOp>& code, size_t warp, program::CtaTrace& trace) {
  const size_t begin = warp * kWarpLanes;
  const size_t end = std::min(begin + kWarpLanes, lanes_.size());
  for (;;) {
    int32_t lowest = std::numeric_limits<int32_t>::max();
    for (size_t i = begin; i < end; ++i) {
      if (lanes_[i].status == Status::Runs) lowest = std::min(lowest, lanes_[i].at);
    }
    if (lowest == std::numeric_limits<int32_t>::max()) return;
    const MicroOp& op = code[static_cast<size_t>(lowest)];
    std::array<const LaneLog*, kWarpLanes> logs{};
    size_t together = 0;
    for (size_t i = begin; i < end; ++i) {
      if (lanes_[i].status != Status::Runs || lanes_[i].at != lowest) continue;
      run_lane(op, i);
      logs[together++] = &lanes_[i].log;
      products_ += static_cast<double>(lanes_[i].log.products);
    }
    record_warp({logs.data(), together}, static_cast<unsigned>(warp), works_in_fp64(op), trace);
    trace.cut_step();
  }
}

void NestCta::run_lane(const MicroOp& op, size_t index) {
  Lane& lane = lanes_[index];
  lane.log.clear();
  lane.log.instructions = op.slots;
  switch (op.op) {
    case Opcode::Halt:
      lane.status = Status::Ended;
      return;
    case Opcode::Barrier:
      // The lanes of a warp meet by going on from the lowest instruction.
      if (op.immediate == program::kWarp) {
        ++lane.at;
        return;
      }
      WEFT_CHECK(op.immediate != program::kWholeMachine, "a barrier of all CTAs within a launch");
      lane.status = Status::Waits;
      return;
    case Opcode::Jump:
      lane.at = op.target;
      return;
    case Opcode::Nest: {
      const LanePlace place{cta_, ctas_, static_cast<int64_t>(index),
                            static_cast<int64_t>(lanes_.size())};
      LaneTouch touch(nest_, lane.state, place, lane.log);
      const Outcome outcome = program::nest_op(touch, op);
      if (outcome == Outcome::Next) ++lane.at;
      if (outcome == Outcome::Jump) lane.at = op.target;
      return;
    }
    default:
      base::internal_failure(__FILE__, __LINE__, "an operation that loop nests do not have");
  }
}

}  // namespace weft::mapper
