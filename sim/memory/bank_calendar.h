// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weft::sim {

/// A stretch of time in which a bank has one row open. All times in ticks.
struct alignas(64) RowSession {
  static constexpr int64_t kOpen = INT64_MAX / 4;

  int64_t row = -1;
  int64_t arrival = 0;  // of the access that opened it
  int64_t activated = 0;
  int64_t closable = 0;     // earliest precharge that its accesses allow
  int64_t closed = kOpen;   // the precharge that is booked
  int64_t expires = kOpen;  // the refresh that closes it at the latest
  int64_t last_column = 0;  // its latest column command
  int64_t delay = 0;        // by which it was moved after some of its column commands were booked
};

/// The booked and the latest past row sessions of one bank in order of time. Only the last may be
/// without a booked precharge.
class BankCalendar {
 public:
  int size() const { return size_; }
  RowSession& operator[](int index) {
    return sessions_[(first_ + static_cast<uint32_t>(index)) % kRemembered];
  }
  RowSession& last() { return (*this)[size_ - 1]; }

  /// Puts a session at `index`; where there is no room, it forgets the oldest one.
  void insert(int index, const RowSession& session) {
    if (size_ == kRemembered) {
      ++first_;
      --size_;
      if (index > 0) --index;
    }
    for (int i = size_; i > index; --i) (*this)[i] = (*this)[i - 1];
    ++size_;
    (*this)[index] = session;
  }

  /// Moves everything after session `index` by `ticks`.
  void delay_after(int index, int64_t ticks) {
    for (int i = index + 1; i < size_; ++i) {
      RowSession& later = (*this)[i];
      later.activated += ticks;
      later.closable += ticks;
      later.last_column += ticks;
      later.delay += ticks;
      if (later.closed != RowSession::kOpen) later.closed += ticks;
    }
  }

 private:
  static constexpr int kRemembered = 32;

  int size_ = 0;
  uint32_t first_ = 0;
  std::array<RowSession, kRemembered> sessions_;  // a ring from first_ on
};

}  // namespace weft::sim
