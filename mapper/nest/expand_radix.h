// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/nest/expansion.h"

namespace weft::mapper {

/// Writes out every `radix: {st: q}`: q steps of a recurrence in one pass over its data. False
/// where no statement asks for it.
///
/// The recurrence must be a butterfly: step st joins the elements of a dim that differ in digit st
/// of their number, X[st+1, (g*p+u)*p**st + v] from X[st, (g*p+w)*p**st + v]. The p**q elements
/// that agree in all but q digits in a row then need no others for these q steps. The digits g and
/// v are cut accordingly: an outer piece of each chooses a group, the inner pieces run within it,
/// and the loop over the steps of a pass stands between them, so that a group stays with one thread
/// (Van Loan, "Computational frameworks for the fast Fourier transform", 1992, section 2.4).
///
/// Reports recurrences of another form, and passes that leave a rest.
bool expand_radix(Expansion& expansion, base::Diagnostics& diagnostics);

}  // namespace weft::mapper
