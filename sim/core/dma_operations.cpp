// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dma_operations.h"

#include <algorithm>

namespace weft::sim {

uint64_t consecutive_elements(const DmaDescriptor& order, uint64_t first, uint64_t most) {
  const int64_t source_step = order.operation == DmaOperation::Broadcast ? 0 : 1;
  const int64_t destination_step = order.operation == DmaOperation::Reduce ? 0 : 1;
  const uint64_t end = std::min(order.count, first + most);
  uint64_t next = first + 1;
  while (next < end && source_place(order, next) == source_place(order, next - 1) + source_step &&
         destination_place(order, next) == destination_place(order, next - 1) + destination_step) {
    ++next;
  }
  return next - first;
}

}  // namespace weft::sim
