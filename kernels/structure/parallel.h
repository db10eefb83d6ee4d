// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>

namespace weft::structure {

/// Calls body(0) to body(count - 1), spread over the processors where there is enough to do: a call
/// takes about `operations`. The first exception is thrown again here: none may leave a parallel
/// region.
template <class Body>
void parallel_for(int64_t count, int64_t operations, const Body& body) {
  constexpr int64_t kLeastOperations = 1 << 20;  // less is done before other threads have woken
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic) if (count * operations >= kLeastOperations)
  for (int64_t i = 0; i < count; ++i) {
    try {
      body(i);
    } catch (...) {
#pragma omp critical(weft_structure_failure)
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace weft::structure
