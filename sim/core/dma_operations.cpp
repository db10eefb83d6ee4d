// SPDX-License-Identifier: Apache-2.0
#include "sim/core/dma_operations.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weft::sim {

namespace {

std::string_view name_of(DmaOperation operation) {
  return machine::kDmaOperationNames[static_cast<size_t>(operation)];
}

}  // namespace

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

void require_offered(std::span<const DmaOperation> offered, DmaOperation needed) {
  if (std::ranges::find(offered, needed) != offered.end()) return;
  std::vector<std::string_view> names;
  for (const DmaOperation operation : offered) names.push_back(name_of(operation));
  throw base::UserError(
      fmt::format("dma.operations: expected '{}', which this kernel needs, found [{}]",
                  name_of(needed), fmt::join(names, ", ")));
}

}  // namespace weft::sim
