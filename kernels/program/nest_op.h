// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "kernels/program/nest_exchange_steps.h"
#include "kernels/program/nest_run_steps.h"
#include "kernels/program/nest_slice_steps.h"
#include "kernels/program/nest_walk_steps.h"
#include "kernels/program/program.h"

namespace weft::program {

/// Does one micro-operation of a loop nest for a thread: computes on the host's copies of the
/// tensors and tells `touch`, which belongs to the machine that executes it, what that takes.
///
/// A Touch gives the nest, its issue slots and the thread's state, and receives instructions
/// (`issue`, `owe`, `arithmetic`), elements (`touch`, `touch_run`, `probe`), the transfers of an
/// engine (`fill`, `drain`, `wait_for_dma`) and products. It knows which thread of how many it is.
template <class Touch>
Outcome nest_op(Touch& touch, const MicroOp& op) {
  NestWalk<Touch> walk(touch);
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
      return NestSlices<Touch>(touch, walk).fill(index);
    case NestOp::Prefetch:
      return NestSlices<Touch>(touch, walk).prefetch(index);
    case NestOp::Clear:
      return NestSlices<Touch>(touch, walk).clear(index);
    case NestOp::Join:
      return NestSlices<Touch>(touch, walk).join(index, op.b);
    case NestOp::Flush:
      return NestSlices<Touch>(touch, walk).flush(index);
    case NestOp::Take:
      return NestExchanger<Touch>(touch).take(index);
    case NestOp::Give:
      return NestExchanger<Touch>(touch).give(index);
    case NestOp::Run:
      return NestRunner<Touch>(touch, walk).run(index);
  }
  base::internal_failure(__FILE__, __LINE__, "a nest operation without an implementation");
}

}  // namespace weft::program
