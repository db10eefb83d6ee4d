// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/record.h"

#include <algorithm>
#include <cmath>

namespace weft::mapper {

namespace {

constexpr int64_t kSectorBytes = 32;

}  // namespace

void record_turns(program::CtaTrace& trace, unsigned warps, double turns, const TurnCost& cost) {
  program::WarpWork& work = trace.work();
  work.instructions += turns * cost.instructions;
  work.alu += turns * std::max(0.0, cost.instructions - cost.shared_requests -
                                        cost.atomic_requests - cost.global_requests);
  work.shared_requests += turns * cost.shared_requests;
  work.shared_wavefronts += turns * cost.shared_wavefronts;
  work.atomic_requests += turns * cost.atomic_requests;
  work.atomic_wavefronts += turns * cost.atomic_requests;
  work.global_requests += turns * cost.global_requests;
  const double longest = std::ceil(turns / warps);
  program::WarpChain& chain = trace.chain(0);
  chain.instructions += static_cast<uint32_t>(longest * cost.chained_instructions);
  chain.shared += static_cast<uint32_t>(longest * cost.chained_shared);
  chain.loads += static_cast<uint32_t>(longest * cost.chained_loads);
}

void record_store(program::CtaTrace& trace, uint64_t address, int64_t bytes,
                  int64_t scattered_bytes) {
  const int64_t sweeps = scattered_bytes == 0 ? 1 : kSectorBytes / scattered_bytes;
  trace.access(program::AccessKind::Write, address, static_cast<uint64_t>(bytes),
               static_cast<uint32_t>(sweeps));
}

}  // namespace weft::mapper
