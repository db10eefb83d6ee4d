// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/machine/sm_limits.h"

namespace weft::machine {

/// What the blocks on an SM share. Barriers are those of `__syncthreads`: one for each block.
enum class Resource : size_t { Warps, Registers, SharedMemory, Blocks, Barriers };
inline constexpr size_t kResources = 5;

/// "warps", "registers", "shared_memory", "blocks", "barriers".
std::string_view name_of(Resource resource);

/// A limit where a resource allows any number of blocks.
inline constexpr int kUnlimitedBlocks = std::numeric_limits<int>::max();

/// What one block of a launch asks for.
struct LaunchShape {
  int threads_per_block = 1;  // at least 1
  int registers_per_thread = 0;
  int64_t static_shared_bytes = 0;
  int64_t dynamic_shared_bytes = 0;
  /// Whether the kernel asks for more shared memory than the default, as one must that needs it.
  bool opts_in = true;
  /// The share of L1 and shared memory that the kernel prefers as shared memory; nothing: all.
  std::optional<int> carve_out_percent;

  int warps_per_block() const { return (threads_per_block - 1) / kThreadsPerWarp + 1; }
  int64_t shared_bytes() const { return static_shared_bytes + dynamic_shared_bytes; }
};

/// How many blocks of a launch are on an SM at a time, and why not more.
struct Occupancy {
  int blocks_per_sm = 0;
  int warps_per_sm = 0;
  double theoretical = 0;                // warps over those that the SM has room for
  std::array<int, kResources> limits{};  // [resource] blocks that it alone allows
  int64_t allocated_registers = 0;       // by a block
  int64_t allocated_shared_bytes = 0;    // by a block

  int limit(Resource resource) const { return limits[static_cast<size_t>(resource)]; }
  /// Every resource that allows no more blocks than there are.
  std::vector<Resource> limiters() const;
};

/// The occupancy of a launch, as NVIDIA's calculator counts it. Precondition: at least one thread,
/// nothing negative.
Occupancy occupancy(const SmLimits& sm, const LaunchShape& shape);

/// Why not even one block of the launch fits, one sentence for each cause; empty where one does.
std::vector<std::string> why_no_block_fits(const SmLimits& sm, const LaunchShape& shape);

}  // namespace weft::machine
