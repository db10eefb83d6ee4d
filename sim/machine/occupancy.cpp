// SPDX-License-Identifier: Apache-2.0
//
// Occupancy: an SM has warp slots, block slots, a register file, shared memory and barriers. Each
// block takes a fixed share of each for as long as it lives, so each resource alone allows a number
// of blocks, and the least of these numbers is there. Two rules surprise. Registers are allocated
// to whole warps inside a sub-partition of the register file, so the remainder of every partition
// is lost; and a launch is refused where one block would not fit if its warps were dealt evenly to
// four partitions, even where it would fit otherwise.
#include "sim/machine/occupancy.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::machine {

namespace {

/// GP100 has two partitions but is held to the check of its relatives, which have four.
constexpr int kPartitionsOfLaunchCheck = 4;

int64_t round_up(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

int as_limit(int64_t blocks) {
  return static_cast<int>(std::min<int64_t>(blocks, kUnlimitedBlocks));
}

int64_t registers_per_warp(const SmLimits& sm, const LaunchShape& shape) {
  return round_up(int64_t{shape.registers_per_thread} * kThreadsPerWarp,
                  sm.registers_per_warp_unit);
}

/// The registers that the check of a launch assumes for a block.
int64_t checked_registers(const SmLimits& sm, const LaunchShape& shape) {
  return registers_per_warp(sm, shape) *
         round_up(shape.warps_per_block(), kPartitionsOfLaunchCheck);
}

int64_t allocated_shared_bytes(const SmLimits& sm, const LaunchShape& shape) {
  return round_up(shape.shared_bytes() + sm.shared_bytes_reserved, sm.shared_granularity_bytes);
}

/// What a block may have, without what is reserved.
int64_t most_shared_bytes(const SmLimits& sm, const LaunchShape& shape) {
  return shape.opts_in ? sm.shared_bytes_opt_in
                       : std::min(sm.shared_bytes_opt_in, kDefaultSharedBytesPerBlock);
}

/// The smallest size of shared memory with room for `bytes`. Precondition: there is one.
int64_t carve_out_for(const SmLimits& sm, int64_t bytes) {
  const auto found = std::find_if(sm.carve_outs_kib.begin(), sm.carve_outs_kib.end(),
                                  [bytes](int kib) { return int64_t{kib} * 1024 >= bytes; });
  WEFT_CHECK(found != sm.carve_outs_kib.end(), "shared memory beyond the largest carve-out");
  return int64_t{*found} * 1024;
}

int limit_by_warps(const SmLimits& sm, const LaunchShape& shape) {
  if (shape.threads_per_block > kMaxThreadsPerBlock) return 0;
  return sm.max_warps / shape.warps_per_block();
}

int limit_by_registers(const SmLimits& sm, const LaunchShape& shape) {
  if (shape.registers_per_thread > sm.max_registers_per_thread) return 0;
  if (checked_registers(sm, shape) > sm.registers_per_block) return 0;
  if (shape.registers_per_thread == 0) return kUnlimitedBlocks;
  const int64_t warps_per_partition =
      sm.registers_per_sm / sm.sub_partitions / registers_per_warp(sm, shape);
  return as_limit(warps_per_partition * sm.sub_partitions / shape.warps_per_block());
}

/// A preferred carve-out is a floor: a block that needs more gets the next size, and stays alone.
int limit_by_shared_memory(const SmLimits& sm, const LaunchShape& shape) {
  const int64_t block_bytes = allocated_shared_bytes(sm, shape);
  if (block_bytes > most_shared_bytes(sm, shape) + sm.shared_bytes_reserved) return 0;
  if (block_bytes == 0) return kUnlimitedBlocks;
  const int64_t preferred_bytes = sm.shared_bytes * shape.carve_out_percent.value_or(100) / 100;
  return as_limit(carve_out_for(sm, std::max(preferred_bytes, block_bytes)) / block_bytes);
}

}  // namespace

std::string_view name_of(Resource resource) {
  static constexpr std::array<std::string_view, kResources> kNames = {
      "warps", "registers", "shared_memory", "blocks", "barriers"};
  return kNames[static_cast<size_t>(resource)];
}

std::vector<Resource> Occupancy::limiters() const {
  std::vector<Resource> binding;
  for (size_t i = 0; i < kResources; ++i) {
    if (limits[i] == blocks_per_sm) binding.push_back(static_cast<Resource>(i));
  }
  return binding;
}

Occupancy occupancy(const SmLimits& sm, const LaunchShape& shape) {
  WEFT_CHECK(shape.threads_per_block > 0 && shape.registers_per_thread >= 0 &&
                 shape.static_shared_bytes >= 0 && shape.dynamic_shared_bytes >= 0,
             "occupancy of a launch without threads or with negative resources");
  Occupancy result;
  result.limits = {limit_by_warps(sm, shape), limit_by_registers(sm, shape),
                   limit_by_shared_memory(sm, shape), sm.max_blocks,
                   sm.barriers == 0 ? kUnlimitedBlocks : sm.barriers};
  result.blocks_per_sm = *std::min_element(result.limits.begin(), result.limits.end());
  result.warps_per_sm = result.blocks_per_sm * shape.warps_per_block();
  result.theoretical = static_cast<double>(result.warps_per_sm) / sm.max_warps;
  result.allocated_registers = registers_per_warp(sm, shape) * shape.warps_per_block();
  result.allocated_shared_bytes = allocated_shared_bytes(sm, shape);
  return result;
}

std::vector<std::string> why_no_block_fits(const SmLimits& sm, const LaunchShape& shape) {
  const Occupancy result = occupancy(sm, shape);
  std::vector<std::string> causes;
  if (result.limit(Resource::Warps) == 0) {
    causes.push_back(fmt::format("threads: a block has {}, the most is {}", shape.threads_per_block,
                                 kMaxThreadsPerBlock));
  }
  if (shape.registers_per_thread > sm.max_registers_per_thread) {
    causes.push_back(fmt::format("registers: a thread has {}, the most is {}",
                                 shape.registers_per_thread, sm.max_registers_per_thread));
  } else if (result.limit(Resource::Registers) == 0) {
    causes.push_back(fmt::format("registers: a block takes {} as its warps are allocated, of {}",
                                 checked_registers(sm, shape), sm.registers_per_block));
  }
  if (result.limit(Resource::SharedMemory) == 0) {
    causes.push_back(fmt::format("shared memory: a block has {} B, the most is {} B{}",
                                 shape.shared_bytes(), most_shared_bytes(sm, shape),
                                 shape.opts_in ? "" : " without opting in to more"));
  }
  return causes;
}

}  // namespace weft::machine
