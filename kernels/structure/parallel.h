// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/parallel.h"

namespace weft::structure {

/// Calls body(0) to body(count - 1), spread over the processors where there is enough to do: a call
/// takes about `operations`. The first exception is thrown again here.
template <class Body>
void parallel_for(int64_t count, int64_t operations, const Body& body) {
  constexpr int64_t kLeastOperations = 1 << 20;  // less is done before other threads have begun
  base::SharedRange all(count, 1);
  base::on_processors(count * operations >= kLeastOperations ? count : 1, [&] {
    while (const auto part = all.take()) body(part.begin);
  });
}

}  // namespace weft::structure
