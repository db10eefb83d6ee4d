// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/search/mapspace.h"

namespace weft::cli {

/// The mappings of a space that kernels of the library are: those that compute the same and whose
/// schedules name one of the space's values at every open place. A search tries them first, so that
/// it finds nothing worse than what is published.
std::vector<mapper::Point> known_mappings(const mapper::Mapspace& space);

}  // namespace weft::cli
