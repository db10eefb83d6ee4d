// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/expansion.h"

namespace weft::mapper {

/// Writes out every `reduce: {k: split_k(n)}`: Z[...] += value becomes n sums over a part of k
/// each, which go to a tensor of their own, Z.parts[k.part,...], and a statement that adds these
/// up. The parts are dealt out with the outermost loop that is; or as k is, where k is dealt out
/// itself. False where no statement asks for it.
///
/// Reports recurrences, results that are not dense, an index that the statement does not sum over
/// or that its schedule cuts, and parts that leave a rest.
bool expand_split_k(Expansion& expansion, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
