// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/sm_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::machine {

namespace {

constexpr int64_t kKiB = 1024;

constexpr std::array kPascal60 = {64};
constexpr std::array kPascal61 = {96};
constexpr std::array kVolta = {0, 8, 16, 32, 64, 96};
constexpr std::array kTuring = {32, 64};
constexpr std::array kAmpere80 = {0, 8, 16, 32, 64, 100, 132, 164};
constexpr std::array kAmpere86 = {0, 8, 16, 32, 64, 100};
constexpr std::array kHopper = {0, 8, 16, 32, 64, 100, 132, 164, 196, 228};

/// Before Volta shared memory is a memory of its own, of which no block gets more than the default.
SmLimits pascal(int minor, int sub_partitions, std::span<const int> shared_kib) {
  return {.cc = {6, minor},
          .max_warps = 64,
          .max_blocks = 32,
          .max_registers_per_thread = 255,
          .sub_partitions = sub_partitions,
          .shared_bytes = shared_kib.back() * kKiB,
          .shared_bytes_opt_in = kDefaultSharedBytesPerBlock,
          .shared_granularity_bytes = 256,
          .carve_outs_kib = shared_kib};
}

/// Volta and Turing share one memory between L1 and shared memory; a block may have all of it. The
/// calculator lets a thread have 256 registers, one more than code can name.
SmLimits volta(int minor, int max_warps, int max_blocks, std::span<const int> carve_outs_kib) {
  return {.cc = {7, minor},
          .max_warps = max_warps,
          .max_blocks = max_blocks,
          .max_registers_per_thread = 256,
          .shared_bytes = carve_outs_kib.back() * kKiB,
          .shared_bytes_opt_in = carve_outs_kib.back() * kKiB,
          .shared_granularity_bytes = 256,
          .carve_outs_kib = carve_outs_kib};
}

/// Since Ampere the system keeps 1 KiB in every block, and pieces are smaller.
SmLimits ampere(ComputeCapability cc, int max_warps, int max_blocks,
                std::span<const int> carve_outs_kib, int barriers = 0) {
  return {.cc = cc,
          .max_warps = max_warps,
          .max_blocks = max_blocks,
          .max_registers_per_thread = 256,
          .barriers = barriers,
          .shared_bytes = carve_outs_kib.back() * kKiB,
          .shared_bytes_opt_in = (carve_outs_kib.back() - 1) * kKiB,
          .shared_bytes_reserved = kKiB,
          .shared_granularity_bytes = 128,
          .carve_outs_kib = carve_outs_kib};
}

}  // namespace

std::string ComputeCapability::str() const {
  return fmt::format("{}.{}", major, minor);
}

std::optional<ComputeCapability> parse_compute_capability(std::string_view text) {
  const char* end = text.data() + text.size();
  ComputeCapability cc;
  const auto [dot, major_error] = std::from_chars(text.data(), end, cc.major);
  if (major_error != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, minor_error] = std::from_chars(dot + 1, end, cc.minor);
  if (minor_error != std::errc() || rest != end) return std::nullopt;
  return cc;
}

std::span<const SmLimits> all_sm_limits() {
  static const std::array all = {
      pascal(0, 2, kPascal60),
      pascal(1, 4, kPascal61),
      volta(0, 64, 32, kVolta),
      volta(2, 64, 32, kVolta),
      volta(5, 32, 16, kTuring),
      ampere({8, 0}, 64, 32, kAmpere80),
      ampere({8, 6}, 48, 16, kAmpere86),
      ampere({8, 7}, 48, 16, kAmpere80),
      ampere({8, 9}, 48, 24, kAmpere86),
      ampere({9, 0}, 64, 32, kHopper, 64),
      ampere({10, 0}, 64, 32, kHopper, 64),
      ampere({10, 3}, 64, 32, kHopper, 64),
      ampere({11, 0}, 48, 24, kHopper, 24),
      ampere({12, 0}, 48, 24, kAmpere86, 24),
      ampere({12, 1}, 48, 24, kAmpere86, 24),
  };
  return all;
}

const SmLimits& sm_limits(ComputeCapability cc) {
  const std::span<const SmLimits> all = all_sm_limits();
  const auto found =
      std::find_if(all.begin(), all.end(), [cc](const SmLimits& sm) { return sm.cc == cc; });
  if (found != all.end()) return *found;
  std::vector<std::string> known;
  for (const SmLimits& sm : all) known.push_back(sm.cc.str());
  throw base::UserError(fmt::format("compute capability: expected one of {}, found '{}'",
                                    fmt::join(known, ", "), cc.str()));
}

}  // namespace weft::machine
