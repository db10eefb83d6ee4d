// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#if defined(__BMI2__)
#include <immintrin.h>
#endif

namespace weft::sim {

/// The lowest `n` set bits of `word`. Precondition: 0 < n <= popcount(word).
inline uint64_t lowest_set_bits(uint64_t word, unsigned n) {
  const uint64_t selector = ~uint64_t{0} >> ((64 - n) % 64);
#if defined(__BMI2__)
  return _pdep_u64(selector, word);
#else
  uint64_t chosen = 0;
  for (uint64_t rest = selector; rest != 0; rest >>= 1) {
    const uint64_t lowest = word & (~word + 1);
    chosen |= lowest;
    word ^= lowest;
  }
  return chosen;
#endif
}

/// A resource that serves one request per slot: an issue port, a scratchpad bank, a link, a data
/// bus.
///
/// A booking takes the earliest free slots at or after its arrival, also between slots that were
/// booked before: the order of calls need not be the order of arrivals. One bit per slot, 64 slots
/// to a word, words in a ring that remembers a window around the newest arrival and grows when
/// bookings reach further ahead. A second row of bits, one per word, says which words are full: a
/// busy resource's booking goes from one word with room to the next, fills all but the last of
/// them, and so looks at a few words however long the backlog is.
class SlotCalendar {
 public:
  /// `history_slots`: how far behind the newest arrival a booking may still land and find every
  /// slot that was taken before; should exceed the run-ahead of the initiators. One that lies
  /// further behind finds what was booked there forgotten, but makes the history longer for those
  /// that follow: arrivals lie as far apart as the queues on their ways are long, which nobody
  /// knows beforehand. Memory is 16 bytes per 64 slots of history.
  explicit SlotCalendar(uint64_t history_slots = 8192)
      : history_words_(history_slots / 64 + 1),
        busy_(std::bit_ceil(2 * std::max(history_words_, kGroup)), 0),
        full_(busy_.size() / kGroup, 0),
        mask_(busy_.size() - 1) {}

  /// Books the earliest free slot at or after `earliest` and returns it.
  uint64_t book(uint64_t earliest) { return book(earliest, 1); }

  /// Books the `n` earliest free slots at or after `earliest` and returns the last of them.
  /// Precondition: n > 0.
  uint64_t book(uint64_t earliest, unsigned n) {
    const uint64_t index = earliest >> 6;
    if (index - begin_ > mask_) [[unlikely]]
      return book_outside(earliest, n);
    booked_ += n;
    return book_from(index, ~uint64_t{0} << (earliest & 63), n, index);
  }

  /// Books as book() does where the word of `earliest` has more than `n` slots left; does nothing
  /// and returns kElsewhere where it has not.
  uint64_t book_at_once(uint64_t earliest, unsigned n) {
    const uint64_t index = earliest >> 6;
    if (index - begin_ > mask_) [[unlikely]]
      return kElsewhere;
    uint64_t& busy = busy_[index & mask_];
    const uint64_t free = ~busy & ~uint64_t{0} << (earliest & 63);
    if (static_cast<unsigned>(std::popcount(free)) <= n) return kElsewhere;
    booked_ += n;
    const uint64_t chosen = lowest_set_bits(free, n);
    busy |= chosen;
    return last_slot(index, chosen);
  }

  /// Takes every slot of [begin, end), booked before or not; these count as no bookings.
  /// Precondition: begin < end.
  void block(uint64_t begin, uint64_t end) {
    for (uint64_t index = begin >> 6; index <= (end - 1) >> 6; ++index) {
      if (index < begin_) continue;
      if (index - begin_ > mask_) [[unlikely]]
        reach(index, begin >> 6);
      uint64_t taken = ~uint64_t{0};
      if (index == begin >> 6) taken &= ~uint64_t{0} << (begin & 63);
      if (index == (end - 1) >> 6) taken &= ~uint64_t{0} >> (63 - ((end - 1) & 63));
      uint64_t& busy = busy_[index & mask_];
      busy |= taken;
      if (busy == ~uint64_t{0}) group_of(index) |= uint64_t{1} << (index % kGroup);
    }
  }

  static constexpr uint64_t kElsewhere = ~uint64_t{0};

  /// Slots booked so far.
  uint64_t booked() const { return booked_; }

 private:
  static constexpr uint64_t kGroup = 64;  // words that share a word of full_
  static constexpr uint64_t kMostHistoryWords = uint64_t{1} << 18;  // 4 MiB

  static uint64_t last_slot(uint64_t index, uint64_t chosen) {
    return (index << 6) + 63 - static_cast<uint64_t>(std::countl_zero(chosen));
  }
  uint64_t& group_of(uint64_t index) { return full_[(index & mask_) / kGroup]; }

  /// Books from the word `index` on, of which only the slots `allowed` count, and fills every word
  /// but the last. What leaves the ring goes on elsewhere: this is the innermost loop of a
  /// simulation, and without calls it keeps its state in registers.
  uint64_t book_from(uint64_t index, uint64_t allowed, unsigned n, uint64_t arrival) {
    for (;;) {
      uint64_t& busy = busy_[index & mask_];
      const uint64_t free = ~busy & allowed;
      const auto available = static_cast<unsigned>(std::popcount(free));
      if (available > n) {
        const uint64_t chosen = lowest_set_bits(free, n);
        busy |= chosen;
        return last_slot(index, chosen);
      }
      busy |= free;
      if (busy == ~uint64_t{0}) group_of(index) |= uint64_t{1} << (index % kGroup);
      if (available == n) return last_slot(index, free);
      n -= available;
      allowed = ~uint64_t{0};
      for (++index;; index = (index / kGroup + 1) * kGroup) {
        if (index - begin_ > mask_) [[unlikely]]
          return book_beyond(index, n, arrival);
        const uint64_t open = ~group_of(index) >> (index % kGroup);
        if (open == 0) continue;
        index += static_cast<uint64_t>(std::countr_zero(open));
        break;
      }
    }
  }

  /// A booking that arrives outside of the ring.
  [[gnu::noinline]] uint64_t book_outside(uint64_t earliest, unsigned n) {
    booked_ += n;
    const uint64_t index = earliest >> 6;
    if (index < begin_ && !reach_back(index)) return earliest + n - 1;
    if (index >= begin_ + busy_.size()) reach(index, index);
    return book_from(index, ~uint64_t{0} << (earliest & 63), n, index);
  }

  /// A booking that found the ring full.
  [[gnu::noinline]] uint64_t book_beyond(uint64_t index, unsigned n, uint64_t arrival) {
    reach(index, arrival);
    return book_from(index, ~uint64_t{0}, n, arrival);
  }

  /// Moves the ring on to hold the word `index`, or doubles it where that would forget what a
  /// booking within the history of `arrival` may ask for.
  void reach(uint64_t index, uint64_t arrival) {
    const uint64_t end = (index / kGroup + 1) * kGroup;
    while (end > begin_ + busy_.size() && end - busy_.size() + history_words_ > arrival) grow();
    const uint64_t held_to = begin_ + busy_.size();
    if (end <= held_to) return;
    begin_ = end - busy_.size();
    for (uint64_t word = std::max(held_to, begin_); word < end; word += kGroup) {
      std::fill_n(&busy_[word & mask_], kGroup, 0);
      group_of(word) = 0;
    }
  }

  /// Makes the ring begin as early as the word `index`, and remember as much from now on; false
  /// where that would be too much.
  bool reach_back(uint64_t index) {
    const uint64_t first = index / kGroup * kGroup;
    const uint64_t needed = begin_ + busy_.size() - first;
    if (needed > kMostHistoryWords) return false;
    while (busy_.size() < needed) grow();  // what is behind the end is free, as what is before
    begin_ = first;
    history_words_ = std::max(history_words_, needed);
    return true;
  }

  void grow() {
    SlotCalendar larger(64 * busy_.size() - 64);
    larger.begin_ = begin_;
    for (uint64_t word = begin_; word < begin_ + busy_.size(); ++word)
      larger.busy_[word & larger.mask_] = busy_[word & mask_];
    for (uint64_t word = begin_; word < begin_ + busy_.size(); word += kGroup)
      larger.group_of(word) = group_of(word);
    busy_.swap(larger.busy_);
    full_.swap(larger.full_);
    mask_ = larger.mask_;
  }

  uint64_t history_words_;
  std::vector<uint64_t> busy_;  // [word] one bit per slot
  std::vector<uint64_t> full_;  // [word / 64] one bit per word: it has no free slot
  uint64_t mask_;
  uint64_t begin_ = 0;  // first word in the ring
  uint64_t booked_ = 0;
};

}  // namespace weft::sim
