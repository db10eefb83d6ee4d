// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/gpu/statement_plan.h"

namespace weft::mapper {

/// Bytes of shared memory of a CTA of the group: the blocks of the statement that stages most,
/// since statements run one after the other, and the tensors that stay.
int64_t shared_bytes(const LaunchGroup& group);

/// The launch that computes a group, time only: a segment for each statement, whose sources are
/// numbered from `first_source`. Loops that a CTA walks by itself are iterations of the segment's
/// loop. An operand that such a loop would read again is reported.
program::Launch group_launch(const LaunchGroup& group, uint16_t first_source,
                             base::Diagnostics& diagnostics);

}  // namespace weft::mapper
