// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Seventh pass: thread programs. All threads run the same code; loops that are dealt out give each
/// thread its own iterations, and barriers stand where one thread needs what another made.
program::Program emit_nest(NestKernel& nest);

}  // namespace weft::mapper
