// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// A kernel whose scans are written out as statements.
struct ExpandedScans {
  ir::Kernel kernel;
  std::set<std::string> ones;  // intermediates that begin as ones; the others begin as zeros
};

/// Writes out every recurrence that its schedule runs as `scan: {t: {alg: chunked}}`, with t split
/// into chunks and the steps of one: `split: {t: [t1, t0]}`. Nothing where no statement asks for
/// it.
///
/// h[t+1] = P h[t] + Q is linear in its state, so a chunk maps the state it begins with by a factor
/// and an offset that need nothing of the chunks before: all chunks find these side by side (two
/// recurrences of t0 steps), one recurrence over the chunks carries the state from end to end, and
/// then all chunks run the statements of the repeat side by side, each from its own beginning. That
/// is three times the multiply-adds for chunks that do not wait for each other (Blelloch, "Prefix
/// sums and their applications", 1990, section 1.4).
///
/// Reports recurrences of another form, chunks that leave a rest, and a split that is missing.
std::optional<ExpandedScans> expand_scans(const ir::Kernel& kernel, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
