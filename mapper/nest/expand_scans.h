// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/expansion.h"

namespace weft::mapper {

/// Writes out every recurrence that its schedule runs as `scan: {t: {alg: chunked}}`, with t split
/// into chunks and the steps of one: `split: {t: [t1, t0]}`. False where no statement asks for it.
///
/// h[t+1] = P h[t] + Q is linear in its state, so a chunk maps the state it begins with by a factor
/// and an offset that need nothing of the chunks before: all chunks find these side by side (two
/// recurrences of t0 steps), one recurrence over the chunks carries the state from end to end, and
/// then all chunks run the statements of the repeat side by side, each from its own beginning. That
/// is three times the multiply-adds for chunks that do not wait for each other (Blelloch, "Prefix
/// sums and their applications", 1990, section 1.4).
///
/// Reports recurrences of another form, chunks that leave a rest, and a split that is missing.
bool expand_scans(Expansion& expansion, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
