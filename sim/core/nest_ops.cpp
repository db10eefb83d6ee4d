// SPDX-License-Identifier: Apache-2.0
#include "sim/core/nest_ops.h"

#include "base/error.h"
#include "sim/core/nest_run.h"
#include "sim/core/nest_slice.h"

namespace weft::sim {

using program::NestOp;

Outcome nest_op(Stepper& step, const program::MicroOp& op) {
  NestTouch touch(step, op.source);
  NestWalk walk(touch);
  const auto index = static_cast<int32_t>(op.immediate);
  const auto exit_unless = [](bool goes_on) { return goes_on ? Outcome::Next : Outcome::Jump; };
  const auto back_if = [](bool goes_on) { return goes_on ? Outcome::Jump : Outcome::Next; };
  switch (static_cast<NestOp>(op.a)) {
    case NestOp::TasksBegin:
      return exit_unless(walk.tasks_begin(index));
    case NestOp::TasksNext:
      return back_if(walk.tasks_next(index));
    case NestOp::TaskTake:
      return exit_unless(walk.task_take(index));
    case NestOp::LoopBegin:
      return exit_unless(walk.begin(index));
    case NestOp::LoopNext:
      return back_if(walk.next(index));
    case NestOp::Lookup:
      return exit_unless(walk.look_up(index));
    case NestOp::Fill:
      return NestSlices(touch, walk).fill(index);
    case NestOp::Prefetch:
      return NestSlices(touch, walk).prefetch(index);
    case NestOp::Clear:
      return NestSlices(touch, walk).clear(index);
    case NestOp::Flush:
      return NestSlices(touch, walk).flush(index);
    case NestOp::Run:
      return NestRunner(touch, walk).run(index);
  }
  base::internal_failure(__FILE__, __LINE__, "a nest operation without an implementation");
}

}  // namespace weft::sim
