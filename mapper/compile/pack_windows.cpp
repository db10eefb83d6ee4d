// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "mapper/compile/emit.h"

namespace weft::mapper {

uint64_t private_overhead_bytes(const FabricTarget& target, uint64_t buffers) {
  constexpr uint64_t kCountersReserve = 4096;  // sums of blocks, groups and alignment
  const uint64_t buffer_bytes = buffers * uint64_t{kBufferElements} * (target.index_bytes + 8);
  return buffer_bytes * target.threads_per_core + kCountersReserve;
}

uint64_t window_overhead_bytes(const FabricTarget& target, uint64_t buffers) {
  constexpr uint64_t kRowBytes = 4 + 8;        // row_count and row_position
  constexpr uint64_t kAlignmentReserve = 512;  // eight arrays begin at 64-byte boundaries
  const uint64_t buffer_bytes = buffers * uint64_t{kBufferElements} * (target.index_bytes + 8);
  return kMaxWindowRows * kRowBytes + (buffer_bytes + 8) * target.threads_per_core +
         kAlignmentReserve;
}

namespace {

std::vector<std::vector<uint32_t>> windows_of_owners(const std::vector<program::Group>& groups,
                                                     const RowShares& owners, unsigned cores) {
  if (owners.empty()) return {};
  std::vector<std::vector<uint32_t>> owned(cores);
  for (uint32_t i = 0; i < groups.size(); ++i) owned[owners.owner_of(groups[i].begin)].push_back(i);
  return owned;
}

}  // namespace

Windows pack_windows(const SpgemmOperands& operands, uint64_t slots, double load_factor,
                     int64_t grain, const RowShares& owners, unsigned cores) {
  Windows windows;
  const std::vector<int64_t> tokens = first_tokens(operands, grain);
  const auto token_of = [&](int64_t row) { return tokens[static_cast<size_t>(row)]; };
  windows.capacity = static_cast<uint64_t>(static_cast<double>(slots) * load_factor);
  const auto rows = static_cast<int64_t>(operands.row_bound.size());
  const auto passes = static_cast<int64_t>(windows.capacity);
  uint64_t used = 0;
  int64_t begin = 0;
  size_t next_owner = 0;
  const auto close = [&](int64_t end) {
    if (end > begin) windows.groups.push_back({begin, end, 0, 0, token_of(begin), token_of(end)});
    begin = end;
    used = 0;
  };
  for (int64_t row = 0; row < rows; ++row) {
    const auto bound = static_cast<double>(operands.row_bound[static_cast<size_t>(row)]);
    const uint64_t region = 2 * (static_cast<uint64_t>(std::ceil(bound / load_factor)) / 2) + 1;
    const bool changes = next_owner < owners.begins.size() && row == owners.begins[next_owner];
    if (changes) ++next_owner;
    const bool full = used + std::min(region, slots + 1) > slots || row - begin == kMaxWindowRows;
    if (full || changes) close(row);
    if (region > slots) {
      windows.regions.push_back(program::Region(0, slots).packed());
      for (int64_t column = 0; column < operands.b.cols; column += passes) {
        windows.groups.push_back({row, row + 1, column, std::min(column + passes, operands.b.cols),
                                  token_of(row), token_of(row + 1)});
      }
      begin = row + 1;
      continue;
    }
    windows.regions.push_back(program::Region(used, region).packed());
    used += region;
  }
  close(rows);
  windows.owned = windows_of_owners(windows.groups, owners, cores);
  return windows;
}

}  // namespace weft::mapper
