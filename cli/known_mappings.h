// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "mapper/search/mapspace.h"

namespace weft::cli {

/// The point of a space that the words of a mapping describe; nothing where it says what the space
/// does not hold.
std::optional<mapper::Point> point_of(const mapper::Mapspace& space, const ir::Kernel& mapping);

/// The mappings of a space that kernels of the library are: those that compute the same and whose
/// schedules name one of the space's values at every open place. A search tries them first, so that
/// it finds nothing worse than what is published.
std::vector<mapper::Point> known_mappings(const mapper::Mapspace& space);

}  // namespace weft::cli
