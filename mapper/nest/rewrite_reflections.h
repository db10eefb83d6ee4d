// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/expansion.h"

namespace weft::mapper {

/// Writes out `rewrite: {wy: {block: n}}`: n rank-one updates of a state at once, in the compact WY
/// form (Schreiber and Van Loan, "A storage-efficient WY representation for products of Householder
/// transformations", 1989). False where a kernel does not ask for it.
///
/// Within a block, step p multiplies v_p with a state from which the steps before have taken their
/// parts: s_p = v_p'x - sum over r < p of b_r (v_p'v_r) s_r. With G = V V' that is s = T V x, where
/// row p of T is e_p - sum over r < p of b_r G[p,r] T[r,:], and the block leaves x - V' B s. T
/// needs nothing of the state and is built once, in n^2 d + n^3/2 multiply-adds for each block;
/// every column then takes two products with V and one with T, and reads and writes its state once
/// for each block instead of once for each step.
///
/// Reports repeats of another form (see Reflections), and blocks that leave a rest.
bool rewrite_reflections(Expansion& expansion, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
