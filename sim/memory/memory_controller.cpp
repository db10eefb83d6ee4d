// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/memory_controller.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.h"
#include "sim/memory/remembered.h"

namespace weft::sim {

namespace {

constexpr uint64_t kAtomicBytes = 8;

uint64_t picoseconds(double ns) {
  return static_cast<uint64_t>(std::llround(ns * 1000));
}

}  // namespace

MemoryController::MemoryController(const DramConfig& config)
    : config_(config),
      burst_bits_(std::countr_zero(static_cast<uint64_t>(config.organization.burst_bytes))),
      tick_ps_(static_cast<uint64_t>(config.timing.tick_ps)),
      front_ps_(picoseconds(config.controller.front_ns)),
      back_ps_(picoseconds(config.controller.back_ns)),
      ticks_per_ps_(1.0 / config.timing.tick_ps),
      atomic_ticks_(static_cast<int64_t>((picoseconds(config.controller.atomic_ns) + tick_ps_ - 1) /
                                         tick_ps_)) {
  reset();
}

void MemoryController::reset() {
  channels_.assign(static_cast<size_t>(config_.channels), DramChannel(config_));
  atomic_unit_.emplace(4 * std::max<int64_t>(1, atomic_ticks_), 1, kRememberedTicks);
  hot_.fill({});
  counters_ = {};
}

int64_t MemoryController::ticks_at_or_after(uint64_t time_ps) const {
  // The product may be off by one tick where it is near a whole number; the comparison settles it.
  auto tick = static_cast<uint64_t>(static_cast<double>(time_ps) * ticks_per_ps_);
  while (tick * tick_ps_ < time_ps) ++tick;
  return static_cast<int64_t>(tick);
}

uint64_t MemoryController::access(uint64_t arrival_ps, uint64_t local_address, int64_t bytes,
                                  AccessKind kind) {
  WEFT_CHECK(bytes > 0, "a memory access of no bytes");
  const uint64_t mask = ~(static_cast<uint64_t>(config_.organization.burst_bytes) - 1);
  const uint64_t first = local_address & mask,
                 last = (local_address + static_cast<uint64_t>(bytes) - 1) & mask;
  const int64_t arrival = ticks_at_or_after(arrival_ps + front_ps_);
  switch (kind) {
    case AccessKind::Read:
      counters_.read_bytes += bytes;
      return static_cast<uint64_t>(read(arrival, first, last)) * tick_ps_ + back_ps_;
    case AccessKind::Write:
      counters_.write_bytes += bytes;
      return static_cast<uint64_t>(write(arrival, first, last)) * tick_ps_;
    case AccessKind::Atomic:
      WEFT_CHECK(first == last, "an atomic across two bursts");
      counters_.read_bytes += bytes;
      counters_.write_bytes += bytes;
      return static_cast<uint64_t>(atomic(arrival, local_address)) * tick_ps_ + back_ps_;
  }
  base::internal_failure(__FILE__, __LINE__, "unknown kind of access");
}

int64_t MemoryController::read(int64_t arrival, uint64_t first, uint64_t last) {
  const auto bursts = static_cast<int64_t>((last - first) >> burst_bits_) + 1;
  const auto channels = static_cast<int64_t>(channels_.size());
  int64_t done = arrival;
  for (int64_t i = 0; i < std::min(bursts, channels); ++i) {
    const auto [channel, local] = place(first + (static_cast<uint64_t>(i) << burst_bits_));
    const int64_t share = (bursts - i + channels - 1) / channels;
    done = std::max(done, share == 1 ? channel.read(arrival, local).done
                                     : channel.read_run(arrival, local, share));
  }
  return done;
}

int64_t MemoryController::write(int64_t arrival, uint64_t first, uint64_t last) {
  const uint64_t bursts = ((last - first) >> burst_bits_) + 1;
  int64_t accepted = arrival;
  for (uint64_t i = 0; i < bursts; ++i) {
    const auto [channel, local] = place(first + (i << burst_bits_));
    accepted = std::max(accepted, channel.write(arrival, local));
  }
  return accepted;
}

int64_t MemoryController::atomic(int64_t arrival, uint64_t address) {
  ++counters_.atomics;
  const uint64_t word = address / kAtomicBytes;
  HotAddress& hot = hot_[(word ^ word >> 10) % hot_.size()];
  if (hot.address == word) arrival = std::max(arrival, hot.free_at);
  const auto [channel, local] = place(address);
  const int64_t modify = atomic_unit_->first_free(channel.read(arrival, local).done);
  atomic_unit_->take(modify);
  const int64_t done = modify + atomic_ticks_;
  channel.write(done, local);
  hot = {word, done};
  return done;
}

uint64_t MemoryController::flush() {
  int64_t done = 0;
  for (DramChannel& channel : channels_) done = std::max(done, channel.flush());
  return static_cast<uint64_t>(done) * tick_ps_;
}

MemoryController::Counters MemoryController::counters() const {
  Counters total = counters_;
  for (const DramChannel& channel : channels_) {
    const DramChannel::Counters part = channel.counters();
    total.bursts += part.reads + part.writes;
    total.row_hits += part.row_hits;
    total.row_misses += part.row_misses;
    total.busy_ps += channel.busy_ticks() * static_cast<int64_t>(tick_ps_);
  }
  return total;
}

}  // namespace weft::sim
