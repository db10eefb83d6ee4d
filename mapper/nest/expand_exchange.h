// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/expansion.h"

namespace weft::mapper {

/// Moves the steps of a recurrence, X[st+1,...] from X[st,...], inside the loops over independent
/// parts of X wherever `exchange: {X: ...}` keeps X with its threads from step to step: one
/// iteration of these loops then goes through all steps. False where no statement asks for it, or
/// asks for `dram` alone, which is what the plain walk does.
///
/// Reports what is not a recurrence of one statement, and other words for the place of X.
bool expand_exchange(Expansion& expansion, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
