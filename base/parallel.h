// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace weft::base {

/// The numbers from 0 to `count` - 1, dealt out in ranges to whichever thread asks next.
class SharedRange {
 public:
  /// The numbers from `begin` to `end` - 1.
  struct Part {
    int64_t begin = 0;
    int64_t end = 0;
    /// False once all numbers are taken.
    explicit operator bool() const { return begin < end; }
  };

  /// `part` numbers at a time, at least one.
  SharedRange(int64_t count, int64_t part) : count_(count), part_(part) {}

  /// How many parts there are.
  int64_t parts() const { return (count_ + part_ - 1) / part_; }

  /// The next part that nobody has taken.
  Part take() {
    const int64_t begin = next_.fetch_add(part_, std::memory_order_relaxed);
    return {begin, begin + part_ < count_ ? begin + part_ : count_};
  }

 private:
  int64_t count_;
  int64_t part_;
  std::atomic<int64_t> next_ = 0;
};

/// Calls `work` once on each of as many threads as there are processors, `most` at most, of which
/// the caller is one. Returns when all calls have; the first exception is thrown again here. No
/// thread outlives the call, so that a process may fork at any time afterwards, which the teams
/// of OpenMP do not allow.
void on_processors(int64_t most, const std::function<void()>& work);

}  // namespace weft::base
