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
  const uint64_t selector = ~uint64_t{0} >> (64 - n);
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
/// A booking takes the earliest free slot at or after its arrival, also one between slots that were
/// booked before: the order of calls need not be the order of arrivals. One bit per slot, 64 slots
/// to a word, words in a ring that remembers a window around the newest arrival and grows when
/// bookings reach further ahead. A booking costs a few nanoseconds: a mask, a count of trailing
/// zeros and a store. Words known to be full are skipped as one interval, so that a long backlog
/// costs no more than a short one.
class SlotCalendar {
 public:
  /// `history_slots`: how far behind the newest arrival a booking may still land and find every
  /// slot that was taken before; must exceed the run-ahead of the initiators. Memory is 16 bytes
  /// per 64 slots of history.
  explicit SlotCalendar(uint64_t history_slots = 8192)
      : history_words_(history_slots / 64 + 1),
        ring_(fresh_ring(std::bit_ceil(2 * history_words_))) {}

  /// Books the earliest free slot at or after `earliest` and returns it.
  uint64_t book(uint64_t earliest) {
    ++booked_;
    uint64_t index = earliest >> 6;
    uint64_t allowed = ~uint64_t{0} << (earliest & 63);
    note_arrival(index);
    for (;;) {
      Word& word = at(index);
      const uint64_t free = ~word.busy & allowed;
      if (free != 0) [[likely]] {
        const int bit = std::countr_zero(free);
        word.busy |= uint64_t{1} << bit;
        return (index << 6) + static_cast<uint64_t>(bit);
      }
      index = next_not_full(index, word.busy);
      allowed = ~uint64_t{0};
    }
  }

  /// Books the `n` earliest free slots at or after `earliest` and returns the last of them.
  /// Precondition: n > 0.
  uint64_t book(uint64_t earliest, unsigned n) {
    booked_ += n;
    uint64_t index = earliest >> 6;
    uint64_t allowed = ~uint64_t{0} << (earliest & 63);
    note_arrival(index);
    for (;;) {
      Word& word = at(index);
      const uint64_t free = ~word.busy & allowed;
      const auto available = static_cast<unsigned>(std::popcount(free));
      if (available >= n) [[likely]] {
        const uint64_t chosen = lowest_set_bits(free, n);
        word.busy |= chosen;
        return (index << 6) + 63 - static_cast<uint64_t>(std::countl_zero(chosen));
      }
      word.busy |= free;
      n -= available;
      index = next_not_full(index, word.busy);
      allowed = ~uint64_t{0};
    }
  }

  /// Slots booked so far.
  uint64_t booked() const { return booked_; }

 private:
  struct Word {
    uint64_t index = 0;
    uint64_t busy = 0;
  };

  void note_arrival(uint64_t index) { newest_ = std::max(newest_, index); }

  Word& at(uint64_t index) {
    Word* word = &ring_[index & (ring_.size() - 1)];
    if (word->index != index) [[unlikely]] {
      word = &claim(index);
    }
    return *word;
  }

  /// Makes room for the word `index`: forgets one that lies before the window, or doubles the ring.
  Word& claim(uint64_t index) {
    Word* word = &ring_[index & (ring_.size() - 1)];
    while (word->index > index || (word->busy != 0 && word->index + history_words_ >= newest_)) {
      if (word->index > index && index + history_words_ < newest_) break;
      grow();
      word = &ring_[index & (ring_.size() - 1)];
      if (word->index == index) return *word;
    }
    if (word->index < index) *word = {index, 0};
    return *word;
  }

  /// Position i of a new ring holds word i, so that every word always lies at its index modulo the
  /// size.
  static std::vector<Word> fresh_ring(size_t words) {
    std::vector<Word> ring(words);
    for (size_t i = 0; i < words; ++i) ring[i].index = i;
    return ring;
  }

  void grow() {
    std::vector<Word> larger = fresh_ring(ring_.size() * 2);
    for (const Word& word : ring_) {
      Word& slot = larger[word.index & (larger.size() - 1)];
      if (slot.busy == 0) slot = word;
    }
    ring_.swap(larger);
  }

  /// The word after `index`, or after the known run of full words that `index` lies in or extends.
  uint64_t next_not_full(uint64_t index, uint64_t busy) {
    if (index >= full_begin_ && index < full_end_) return full_end_;
    if (busy == ~uint64_t{0}) {
      if (index == full_end_) {
        ++full_end_;
      } else if (index > full_end_ || index + 1 < full_begin_) {
        full_begin_ = index;
        full_end_ = index + 1;
      }
    }
    return index + 1;
  }

  uint64_t history_words_;
  std::vector<Word> ring_;
  uint64_t newest_ = 0;
  uint64_t full_begin_ = 0;
  uint64_t full_end_ = 0;
  uint64_t booked_ = 0;
};

}  // namespace weft::sim
