// SPDX-License-Identifier: Apache-2.0
#include "mapper/place/row_shares.h"

#include <algorithm>
#include <numeric>

namespace weft::mapper {

unsigned RowShares::owner_of(int64_t row) const {
  const auto next = std::ranges::upper_bound(begins, row);
  return owners[static_cast<size_t>(next - begins.begin()) - 1];
}

void RowShares::merge() {
  size_t kept = 0;
  for (size_t i = 0; i < begins.size(); ++i) {
    if (i > 0 && owners[i] == owners[kept - 1]) continue;
    begins[kept] = begins[i];
    owners[kept] = owners[i];
    ++kept;
  }
  begins.resize(kept);
  owners.resize(kept);
}

RowShares equal_shares(int64_t rows, unsigned cores) {
  const int64_t part = std::max<int64_t>((rows + cores - 1) / cores, 1);
  RowShares shares;
  for (unsigned core = 0; core < cores && (core == 0 || core * part < rows); ++core) {
    shares.begins.push_back(core * part);
    shares.owners.push_back(core);
  }
  return shares;
}

std::vector<int64_t> weighted_ranges(const std::vector<int64_t>& row_weights, int64_t ranges) {
  const int64_t total = std::accumulate(row_weights.begin(), row_weights.end(), int64_t{0});
  const int64_t most = std::max<int64_t>((total + ranges - 1) / ranges, 1);
  std::vector<int64_t> begins = {0};
  int64_t weight = 0;
  for (size_t row = 0; row < row_weights.size(); ++row) {
    if (weight > 0 && weight + row_weights[row] > most) {
      begins.push_back(static_cast<int64_t>(row));
      weight = 0;
    }
    weight += row_weights[row];
  }
  return begins;
}

}  // namespace weft::mapper
