// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dma_engine.h"

#include <algorithm>

#include "base/error.h"

namespace weft::sim {

/// Bytes from `address` on that all requests in flight together can move.
uint64_t DmaEngine::bytes_in_flight(uint64_t address) const {
  return uint64_t{parameters_.outstanding} * parameters_.request_bytes -
         (address & (parameters_.request_bytes - 1));
}

/// Bytes from `address` on that travel as one run: within an aligned block, and no more requests
/// than may be outstanding.
uint64_t DmaEngine::run_length(uint64_t address, uint64_t bytes) const {
  const uint64_t in_block = parameters_.run_bytes - (address & (parameters_.run_bytes - 1));
  return std::min({bytes, in_block, bytes_in_flight(address)});
}

uint64_t DmaEngine::issue_run(OutstandingWindow& window, uint64_t cycle, AccessKind kind,
                              uint64_t address, uint64_t bytes) {
  const uint64_t first = address >> request_shift_;
  const uint64_t last = (address + bytes - 1) >> request_shift_;
  const auto n = static_cast<unsigned>(last - first + 1);
  const uint64_t earliest = std::max(cycle, window.free_for(n));
  const uint64_t leaves =
      (requests_.book(earliest * requests_per_cycle_, n) + 1 - n) / requests_per_cycle_;
  const uint64_t done =
      memory_.access(std::max(leaves, earliest), kind, address, static_cast<uint32_t>(bytes));
  window.record(done, n);
  bytes_ += bytes;
  return done;
}

uint64_t DmaEngine::fill(uint64_t cycle, uint64_t address, uint64_t bytes) {
  ++descriptors_;
  const uint64_t start = cycle + parameters_.descriptor_cycles;
  uint64_t done = start;
  for (uint64_t moved = 0; moved < bytes;) {
    const uint64_t run = run_length(address + moved, bytes - moved);
    const uint64_t arrives = issue_run(foreground_, start, AccessKind::Read, address + moved, run);
    done = std::max(done, through_port(arrives, run));
    moved += run;
  }
  return done;
}

/// Cycle at which bytes that arrive at `cycle` are through the scratchpad's port.
uint64_t DmaEngine::through_port(uint64_t cycle, uint64_t bytes) {
  if (bytes == 0) return cycle;
  const uint64_t width = parameters_.scratchpad_bytes_per_cycle;
  return scratchpad_port_.book(cycle, static_cast<unsigned>((bytes + width - 1) / width)) + 1;
}

bool DmaEngine::offers(DmaOperation operation) const {
  return std::ranges::find(parameters_.operations, operation) != parameters_.operations.end();
}

/// Reads or writes consecutive elements of an array; returns the cycle at which the last is done.
uint64_t DmaEngine::issue(const DmaArray& array, AccessKind kind, uint64_t cycle,
                          const ElementRange& elements) {
  const uint64_t begin = array.address + static_cast<uint64_t>(elements.place) * elements.bytes;
  const uint64_t bytes = elements.count * elements.bytes;
  if (array.in_scratchpad) return through_port(cycle, bytes);
  uint64_t done = cycle;
  for (uint64_t moved = 0; moved < bytes;) {
    const uint64_t run = run_length(begin + moved, bytes - moved);
    done = std::max(done, issue_run(foreground_, cycle, kind, begin + moved, run));
    moved += run;
  }
  return done;
}

/// Walks the order's two streams in pieces of consecutive elements, and its index in pieces of as
/// many as one run carries. A broadcast reads once, before the walk; a reduction writes once, after
/// it.
uint64_t DmaEngine::transfer(uint64_t cycle, const DmaDescriptor& order) {
  WEFT_CHECK(offers(order.operation), "an operation that the DMA engine does not offer");
  ++descriptors_;
  const uint32_t size = order.element_bytes;
  const bool broadcasts = order.operation == DmaOperation::Broadcast;
  const bool reduces = order.operation == DmaOperation::Reduce;
  const DmaArray index{order.operation != DmaOperation::Indirect, order.index_address};
  const uint64_t start = cycle + parameters_.descriptor_cycles;
  uint64_t known_at = start;  // the addresses of the elements before known_end, or their value
  uint64_t known_end = has_index(order.operation) ? 0 : order.count;
  uint64_t done = start;
  if (broadcasts) known_at = issue(order.source, AccessKind::Read, start, {0, 1, size});
  for (uint64_t i = 0; i < order.count;) {
    if (i == known_end) {
      const uint64_t n = std::min(parameters_.run_bytes / kDmaIndexBytes, order.count - i);
      known_at =
          issue(index, AccessKind::Read, start, {static_cast<int64_t>(i), n, kDmaIndexBytes});
      known_end = i + n;
    }
    const uint64_t most =
        std::min(known_end - i, std::max<uint64_t>(1, parameters_.run_bytes / size));
    const uint64_t n = consecutive_elements(order, i, most);
    uint64_t moved_at = known_at;
    if (!broadcasts) {
      moved_at = issue(order.source, AccessKind::Read, moved_at, {source_place(order, i), n, size});
    }
    if (!reduces) {
      const ElementRange elements{destination_place(order, i), n, size};
      moved_at = issue(order.destination, AccessKind::Write, moved_at, elements);
    }
    done = std::max(done, moved_at);
    i += n;
  }
  return reduces ? issue(order.destination, AccessKind::Write, done, {0, 1, size}) : done;
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
    done = through_port(start, transfer.bytes);
    background_now_ = start + 1;
    bytes_ += transfer.bytes;
  } else {
    const uint64_t run =
        std::min(run_length(transfer.source + work.moved, transfer.bytes - work.moved),
                 bytes_in_flight(transfer.destination + work.moved));
    const uint64_t issue_at = std::max(start, background_.free_at());
    const uint64_t read =
        issue_run(background_, issue_at, AccessKind::Read, transfer.source + work.moved, run);
    done = issue_run(background_, read, AccessKind::Write, transfer.destination + work.moved, run);
    work.moved += run;
    background_now_ = std::max(issue_at + 1, background_.free_at());
  }
  GroupWork& group = work_of(transfer.group);
  group.done_at = std::max(group.done_at, done);
  background_done_at_ = std::max(background_done_at_, done);
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
