// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

namespace weft::mapper {

/// A set of sectors of memory, by number; neighbours are cheap.
class SectorSet {
 public:
  /// True where the sector was not in the set.
  bool insert(uint64_t sector) {
    uint64_t& word = page_of(sector)[sector % kPage / 64];
    const uint64_t bit = uint64_t{1} << (sector % 64);
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
  }
  bool contains(uint64_t sector) const {
    const auto page = pages_.find(sector / kPage);
    return page != pages_.end() && (page->second[sector % kPage / 64] >> (sector % 64) & 1) != 0;
  }
  void clear() {
    pages_.clear();
    latest_ = nullptr;
  }
  /// Calls visit(sector) for each.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [number, page] : pages_) {
      for (uint64_t i = 0; i < kPage; ++i) {
        if ((page[i / 64] >> (i % 64) & 1) != 0) visit(number * kPage + i);
      }
    }
  }

 private:
  static constexpr uint64_t kPage = 4096;
  using Page = std::array<uint64_t, kPage / 64>;

  Page& page_of(uint64_t sector) {
    const uint64_t number = sector / kPage;
    if (latest_ == nullptr || number != latest_number_) {
      latest_ = &pages_[number];  // stays where it is
      latest_number_ = number;
    }
    return *latest_;
  }

  std::unordered_map<uint64_t, Page> pages_;
  uint64_t latest_number_ = 0;
  Page* latest_ = nullptr;
};

}  // namespace weft::mapper
