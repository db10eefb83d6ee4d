// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/warp_access.h"

#include <algorithm>
#include <set>
#include <vector>

namespace weft::sim {

namespace {

/// Of the stride table of an H200: n lines take 1 + (n - 1) / 4 cycles.
constexpr double kTagsPerCycle = 4;

}  // namespace

double warp_access_cycles(const machine::SmDescription& sm, std::span<const int64_t> addresses,
                          int64_t element_bytes) {
  std::set<int64_t> lines;
  std::set<int64_t> words;
  for (const int64_t address : addresses) {
    const int64_t end = address + element_bytes;
    lines.insert(address / sm.l1.line_bytes);
    lines.insert((end - 1) / sm.l1.line_bytes);
    for (int64_t word = address / sm.shared.bank_bytes; word * sm.shared.bank_bytes < end; ++word)
      words.insert(word);
  }
  std::vector<int> of_bank(static_cast<size_t>(sm.shared.banks));
  for (const int64_t word : words) ++of_bank[static_cast<size_t>(word % sm.shared.banks)];
  const double banks = *std::max_element(of_bank.begin(), of_bank.end());
  const double tags = 1 + (static_cast<double>(lines.size()) - 1) / kTagsPerCycle;
  return std::max({banks, tags, 1 / sm.shared.requests_per_cycle});
}

}  // namespace weft::sim
