// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace weft::base {

void on_processors(int64_t most, const std::function<void()>& work) {
  std::mutex failing;
  std::exception_ptr failure;
  const auto guarded = [&] {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
  };
  const int64_t processors = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> others;
  try {
    for (int64_t i = 1; i < std::min(most, processors); ++i) others.emplace_back(guarded);
  } catch (const std::system_error&) {
    // A host that allows no more threads has those that began.
  }
  guarded();
  others.clear();  // waits for them
  if (failure) std::rethrow_exception(failure);
}

}  // namespace weft::base
