// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/probe_counts.h"

#include <algorithm>
#include <cmath>

namespace weft::mapper {

namespace {

/// One row's region of a table.
class RowRegion {
 public:
  RowRegion(uint64_t columns, program::HashBits bits) : bits_(bits) {
    column_multiplier_ = bits == program::HashBits::Mixed
                             ? uint64_t{2654435769} << 32
                             : parts_of_all(std::max<uint64_t>(1, columns));
  }

  void begin(uint64_t slots) {
    hits_.assign(slots, kFree);
    far_.assign(slots, 0);
    multiplier_ = bits_ == program::HashBits::Low ? parts_of_all(slots) : column_multiplier_;
  }

  /// A column with `products` in the row.
  void insert(int32_t column, int64_t products) {
    const uint64_t slots = hits_.size();
    const uint64_t part = static_cast<uint32_t>(column) * multiplier_;  // of 2^64, in turns
    auto at = static_cast<uint64_t>(Wide{part} * slots >> 64);
    int64_t far = 0;
    for (; hits_[at] != kFree; ++far) at = at + 1 == slots ? 0 : at + 1;
    hits_[at] = products - 1;
    far_[at] = far;
  }

  /// Slots behind the first of all look-ups, run of taken slots by run.
  double probes() {
    double sum = 0;
    const size_t slots = hits_.size();
    size_t first_free = 0;
    while (first_free < slots && hits_[first_free] != kFree) ++first_free;
    // Runs may go on from the last slot at the first, so that the walk begins behind a free one.
    for (size_t i = 1; i <= slots; ++i) {
      const size_t at = (first_free + i) % slots;
      if (hits_[at] == kFree) {
        sum += probes_of_run();
        continue;
      }
      run_.push_back(hits_[at]);
      run_far_ += far_[at];
    }
    return sum + probes_of_run();
  }

 private:
  static constexpr int64_t kFree = -1;
  __extension__ using Wide = unsigned __int128;

  static uint64_t parts_of_all(uint64_t n) { return ~uint64_t{0} / n + 1; }

  double probes_of_run() {
    auto sum = static_cast<double>(run_far_);
    const auto farthest = static_cast<int64_t>(run_.size()) - 1;
    std::ranges::sort(run_);
    for (const int64_t hits : run_) {
      const int64_t far = std::min(farthest, run_far_);
      sum += static_cast<double>(hits * far);
      run_far_ -= far;
    }
    run_.clear();
    run_far_ = 0;
    return sum;
  }

  program::HashBits bits_;
  uint64_t column_multiplier_;
  uint64_t multiplier_ = 0;
  std::vector<int64_t> hits_;  // [slot] of its entry
  std::vector<int64_t> far_;   // [slot] from home
  std::vector<int64_t> run_;   // hits of its entries
  int64_t run_far_ = 0;
};

}  // namespace

std::vector<double> probes_behind_first(const SpgemmOperands& operands, program::HashBits bits,
                                        double load_factor) {
  const tensor::CsrMatrix& a = operands.a;
  const tensor::CsrMatrix& b = operands.b;
  RowRegion region(static_cast<uint64_t>(b.cols), bits);
  std::vector<int64_t> products(static_cast<size_t>(b.cols), 0);
  std::vector<int32_t> columns;
  std::vector<double> probes;
  for (int64_t row = 0; row < a.rows; ++row) {
    columns.clear();
    for (int64_t e = a.row_start[static_cast<size_t>(row)];
         e < a.row_start[static_cast<size_t>(row) + 1]; ++e) {
      const auto k = static_cast<size_t>(a.column[static_cast<size_t>(e)]);
      for (int64_t f = b.row_start[k]; f < b.row_start[k + 1]; ++f) {
        const int32_t column = b.column[static_cast<size_t>(f)];
        if (products[static_cast<size_t>(column)]++ == 0) columns.push_back(column);
      }
    }
    const auto bound = static_cast<double>(operands.row_bound[static_cast<size_t>(row)]);
    region.begin(2 * (static_cast<uint64_t>(std::ceil(bound / load_factor)) / 2) + 1);
    for (const int32_t column : columns) {
      region.insert(column, products[static_cast<size_t>(column)]);
      products[static_cast<size_t>(column)] = 0;
    }
    probes.push_back(region.probes());
  }
  return probes;
}

}  // namespace weft::mapper
