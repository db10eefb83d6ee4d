// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Fourth pass: which loops threads divide. `par: core` deals iterations to cores, `par: thread` to
/// the threads of a core, or to those of all cores where no loop is dealt to cores. Where a
/// statement deals to cores alone, or says nothing, the outermost loop whose iterations write apart
/// goes to threads.
void plan_shares(NestKernel& nest, NestGroup& group, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
