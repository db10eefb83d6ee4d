// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/memory_limit.h"

#include <fmt/format.h>
#include <unistd.h>

namespace weft::tensor {

double most_bytes() {
  return 0.5 * static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::string why_too_large(int64_t rows, int64_t cols, int64_t entries) {
  constexpr double kBytesPerGib = 1024.0 * 1024.0 * 1024.0;
  constexpr double kPointerBytes = 8;
  constexpr double kEntryBytes =
      16 + 12;  // row, column, value in the list; column, value in the matrix
  const double needed_gib =
      (kPointerBytes * (static_cast<double>(rows) + static_cast<double>(cols)) +
       kEntryBytes * static_cast<double>(entries)) /
      kBytesPerGib;
  const double limit_gib = most_bytes() / kBytesPerGib;
  if (needed_gib <= limit_gib) return {};
  return fmt::format(
      "expected a matrix within half of this machine's memory ({:.1f} GiB), found {} x {} with {} "
      "entries, which "
      "needs {:.1f} GiB",
      limit_gib, rows, cols, entries, needed_gib);
}

}  // namespace weft::tensor
