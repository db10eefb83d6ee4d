// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dma_engine.h"

#include <algorithm>

namespace weft::sim {

namespace {

/// Requests travel in runs that stay inside an aligned block, so that a run has one memory
/// controller and one row.
constexpr uint64_t kRunBytes = 64;

uint64_t run_length(uint64_t address, uint64_t bytes) {
  return std::min(bytes, kRunBytes - (address & (kRunBytes - 1)));
}

}  // namespace

uint64_t DmaEngine::issue_run(OutstandingWindow& window, uint64_t cycle, AccessKind kind,
                              uint64_t address, uint64_t bytes) {
  const uint64_t first = address / parameters_.request_bytes;
  const uint64_t last = (address + bytes - 1) / parameters_.request_bytes;
  const auto n = static_cast<unsigned>(last - first + 1);
  const uint64_t earliest = std::max(cycle, window.free_at());
  const uint64_t leaves = requests_.book(earliest, n) + 1 - n;
  const uint64_t done =
      memory_.access(std::max(leaves, earliest), kind, address, static_cast<uint32_t>(bytes));
  window.record(done, n, response_spacing_);
  bytes_ += bytes;
  return done;
}

uint64_t DmaEngine::fill(uint64_t cycle, uint64_t address, uint64_t bytes) {
  ++descriptors_;
  const uint64_t start = cycle + parameters_.descriptor_cycles;
  uint64_t done = start;
  for (uint64_t moved = 0; moved < bytes;) {
    const uint64_t run = run_length(address + moved, bytes - moved);
    done = std::max(done, issue_run(foreground_, start, AccessKind::Read, address + moved, run));
    moved += run;
  }
  return done;
}

DmaEngine::GroupWork& DmaEngine::work_of(uint64_t group) {
  if (group >= groups_.size()) groups_.resize(group + 1);
  return groups_[group];
}

void DmaEngine::post(uint64_t cycle, const DmaTransfer& transfer) {
  ++descriptors_;
  ++work_of(transfer.group).open;
  if (queue_.empty()) background_now_ = std::max(background_now_, cycle);
  queue_.push_back({cycle, transfer, 0});
}

bool DmaEngine::group_done(uint64_t group, uint64_t& done_at) const {
  if (group >= groups_.size()) {
    done_at = 0;
    return true;
  }
  done_at = groups_[group].done_at;
  return groups_[group].open == 0;
}

/// One run of a background transfer: the write leaves when the read is back.
void DmaEngine::step(Queued& work) {
  const DmaTransfer& transfer = work.transfer;
  const uint64_t start = std::max(
      background_now_, work.posted_at + (work.moved == 0 ? parameters_.descriptor_cycles : 0));
  uint64_t done = 0;
  if (transfer.clears_scratchpad) {
    work.moved = transfer.bytes;
    done = start + transfer.bytes / parameters_.scratchpad_bytes_per_cycle;
    background_now_ = start + 1;
    bytes_ += transfer.bytes;
  } else {
    const uint64_t run = run_length(transfer.source + work.moved, transfer.bytes - work.moved);
    const uint64_t issue_at = std::max(start, background_.free_at());
    const uint64_t read =
        issue_run(background_, issue_at, AccessKind::Read, transfer.source + work.moved, run);
    done = issue_run(background_, read, AccessKind::Write, transfer.destination + work.moved, run);
    work.moved += run;
    background_now_ = std::max(issue_at + 1, background_.free_at());
  }
  GroupWork& group = work_of(transfer.group);
  group.done_at = std::max(group.done_at, done);
  if (work.moved == transfer.bytes) --group.open;
}

void DmaEngine::advance(uint64_t until) {
  while (!queue_.empty() && background_now_ < until) {
    Queued& work = queue_.front();
    step(work);
    if (work.moved == work.transfer.bytes) queue_.pop_front();
  }
}

}  // namespace weft::sim
