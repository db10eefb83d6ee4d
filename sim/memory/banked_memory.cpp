// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/banked_memory.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.h"

namespace weft::sim {

namespace {

uint64_t whole_ps(double ns) {
  return static_cast<uint64_t>(std::llround(ns * 1000));
}

unsigned log2_of(int64_t power) {
  return static_cast<unsigned>(std::countr_zero(static_cast<uint64_t>(power)));
}

}  // namespace

BankedMemory::BankedMemory(const DramConfig& config)
    : front_ps_(whole_ps(config.controller.front_ns)),
      back_ps_(whole_ps(config.controller.back_ns)),
      atomic_ps_(whole_ps(config.controller.atomic_ns)),
      burst_shift_(log2_of(config.organization.burst_bytes)),
      row_shift_(log2_of(config.organization.row_bytes / config.organization.burst_bytes)),
      rows_(config),
      writes_(config, rows_),
      departed_(config.controller.read_queue) {}

uint64_t BankedMemory::access(uint64_t arrival_ps, AccessKind kind, uint64_t address,
                              uint32_t bytes) {
  arrival_ps += front_ps_;
  const uint64_t first = address >> burst_shift_;
  const uint64_t end = ((address + bytes - 1) >> burst_shift_) + 1;
  bursts_[static_cast<size_t>(kind)] += end - first;
  switch (kind) {
    case AccessKind::Read:
      return read(arrival_ps, first, end) + back_ps_;
    case AccessKind::Write:
      return write(arrival_ps, first, end);
    case AccessKind::Atomic:
      return perform_atomic(arrival_ps, address >> 3, first, end) + back_ps_;
  }
  base::internal_failure(__FILE__, __LINE__, "unknown kind of access");
}

uint64_t BankedMemory::read(uint64_t arrival_ps, uint64_t first, uint64_t end) {
  writes_.settle(arrival_ps, reads_left_ps_);
  const uint64_t from_ps = writes_.after_batch(arrival_ps);
  uint64_t done_ps = 0;
  while (first < end) {
    const uint64_t next = std::min(end, row_end(first));
    const BankedRows::Served served =
        rows_.serve(ColumnRead, from_ps, first >> row_shift_, next - first);
    reads_left_ps_ = std::max(reads_left_ps_, served.left_ps);
    departed_.push(static_cast<int64_t>(served.left_ps));
    row_hits_ += next - first - (served.row_hit ? 0 : 1);
    done_ps = std::max(done_ps, served.done_ps);
    first = next;
  }
  return done_ps;
}

uint64_t BankedMemory::write(uint64_t arrival_ps, uint64_t first, uint64_t end) {
  writes_.settle(arrival_ps, reads_left_ps_);
  uint64_t accepted_ps = arrival_ps;
  while (first < end) {
    const uint64_t next = std::min(end, row_end(first));
    accepted_ps = writes_.push(accepted_ps, first >> row_shift_, next - first, departed_);
    first = next;
  }
  return accepted_ps;
}

uint64_t BankedMemory::perform_atomic(uint64_t arrival_ps, uint64_t word, uint64_t first,
                                      uint64_t end) {
  ++atomics_;
  HotWord& hot = hot_[(word ^ word >> 8) % hot_.size()];
  if (hot.word == word) arrival_ps = std::max(arrival_ps, hot.free_ps);
  const uint64_t done_ps = read(arrival_ps, first, end) + atomic_ps_;
  write(done_ps, first, end);
  hot = {word, done_ps};
  return done_ps;
}

MemoryCounters BankedMemory::counters() const {
  const auto moved = [this](AccessKind kind) { return bursts_[static_cast<size_t>(kind)]; };
  const uint64_t reads = moved(AccessKind::Read) + moved(AccessKind::Atomic);
  const uint64_t writes = moved(AccessKind::Write) + moved(AccessKind::Atomic);
  return {.accesses = reads + writes,
          .row_hits = row_hits_ + writes_.row_hits(),
          .atomics = atomics_,
          .read_bytes = reads << burst_shift_,
          .write_bytes = writes << burst_shift_};
}

}  // namespace weft::sim
