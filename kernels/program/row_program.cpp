// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/row_program.h"

#include <algorithm>

namespace weft::program {

WarpWork& WarpWork::operator+=(const WarpWork& other) {
  instructions += other.instructions;
  alu += other.alu;
  fma32 += other.fma32;
  fma64 += other.fma64;
  shared_requests += other.shared_requests;
  shared_wavefronts += other.shared_wavefronts;
  atomic_requests += other.atomic_requests;
  atomic_wavefronts += other.atomic_wavefronts;
  global_requests += other.global_requests;
  products += other.products;
  return *this;
}

void CtaTrace::clear() {
  work_ = {};
  chains_.fill({});
  steps_.clear();
  accesses_.clear();
}

void CtaTrace::access(AccessKind kind, uint64_t address, uint64_t bytes, uint32_t sweeps) {
  if (bytes > 0) accesses_.push_back({address, static_cast<uint32_t>(bytes), sweeps, kind});
}

/// The longest chain is taken kind by kind: the warps of a CTA do the same things in about the same
/// proportions.
void CtaTrace::end_step() {
  const size_t begin = steps_.empty() ? 0 : steps_.back().access_end;
  if (work_.instructions == 0 && accesses_.size() == begin) return;
  WarpChain longest;
  for (const WarpChain& chain : chains_) {
    longest.instructions = std::max(longest.instructions, chain.instructions);
    longest.shared = std::max(longest.shared, chain.shared);
    longest.atomics = std::max(longest.atomics, chain.atomics);
    longest.fma64 = std::max(longest.fma64, chain.fma64);
    longest.loads = std::max(longest.loads, chain.loads);
    longest.global_atomics = std::max(longest.global_atomics, chain.global_atomics);
  }
  steps_.push_back({work_, longest, accesses_.size()});
  work_ = {};
  chains_.fill({});
}

}  // namespace weft::program
