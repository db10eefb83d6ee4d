// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/timing.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"

namespace weft::native {

namespace {

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const size_t middle = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[middle] : 0.5 * (numbers[middle - 1] + numbers[middle]);
}

}  // namespace

double seconds_of(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int worthwhile_threads(double multiply_adds, int threads) {
  constexpr double kLeastPerThread = 1 << 18;
  return static_cast<int>(
      std::clamp(multiply_adds / kLeastPerThread, 1.0, static_cast<double>(threads)));
}

Timing time_runs(const Repetitions& repetitions, const std::function<void()>& run,
                 const std::function<void()>& discard) {
  WEFT_CHECK(repetitions.least >= 1, "at least one run is timed");
  Timing timing;
  run();
  double total_s = 0;
  for (int done = 0;
       done < repetitions.least || (total_s < repetitions.least_s && done < repetitions.most);
       ++done) {
    discard();
    timing.times_s.push_back(seconds_of(run));
    total_s += timing.times_s.back();
  }
  timing.best_s = std::ranges::min(timing.times_s);
  timing.median_s = median(timing.times_s);
  return timing;
}

}  // namespace weft::native
