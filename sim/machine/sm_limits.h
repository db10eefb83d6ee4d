// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft::machine {

/// NVIDIA's number for what an SM can do: 9.0 is Hopper.
struct ComputeCapability {
  int major = 0;
  int minor = 0;

  // clang-tidy 14 sees the 0 with which the compiler compares what is written here.
  auto operator<=>(const ComputeCapability&) const = default;  // NOLINT(modernize-use-nullptr)
  std::string str() const;                                     // "9.0"
};

/// The compute capability that "9.0" says, or nothing where the text has another form.
std::optional<ComputeCapability> parse_compute_capability(std::string_view text);

inline constexpr int kThreadsPerWarp = 32;
inline constexpr int kMaxThreadsPerBlock = 1024;
/// Shared memory that a block gets without opting in to more.
inline constexpr int64_t kDefaultSharedBytesPerBlock = 48 << 10;

/// What an SM shares out to blocks, and in which pieces. The values are those of NVIDIA's occupancy
/// calculator (CUDA 13.0).
struct SmLimits {
  ComputeCapability cc;
  int max_warps = 0;
  int max_blocks = 0;
  int max_registers_per_thread = 0;
  int sub_partitions = 4;    // of the register file; a warp's registers lie in one of them
  int barriers = 0;          // for all blocks together; 0: the calculator does not count them
  int64_t shared_bytes = 0;  // at the largest carve-out
  int64_t shared_bytes_opt_in = 0;    // for one block, without what is reserved
  int64_t shared_bytes_reserved = 0;  // by the system, in every block
  int64_t shared_granularity_bytes = 0;
  /// The sizes that shared memory can have beside the L1 cache, rising; one size where the two are
  /// separate.
  std::span<const int> carve_outs_kib;
  int registers_per_sm = 65536;
  int registers_per_block = 65536;
  int registers_per_warp_unit = 256;  // registers of a warp are allocated in multiples of this
};

/// The limits of every compute capability that is known, rising.
std::span<const SmLimits> all_sm_limits();

/// The limits of a compute capability. UserError that lists the known ones for any other.
const SmLimits& sm_limits(ComputeCapability cc);

}  // namespace weft::machine
