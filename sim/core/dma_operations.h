// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "sim/machine/dma_operation.h"

namespace weft::sim {

using machine::DmaOperation;

/// An array as a DMA descriptor names it.
struct DmaArray {
  bool in_scratchpad = false;
  uint64_t address = 0;  // of element 0: global, or offset in the scratchpad
};

/// One order to the DMA engine. Its elements form two streams of places, one in the source and one
/// in the destination, counted in elements from the arrays' beginning.
struct DmaDescriptor {
  DmaOperation operation = DmaOperation::Copy;
  DmaArray source = {};
  DmaArray destination = {};
  uint32_t element_bytes = 8;
  uint64_t count = 0;                   // elements moved, or summed
  int64_t source_stride = 1;            // strided: elements from one to the next
  int64_t destination_stride = 1;       // strided: as above
  std::span<const int64_t> index = {};  // [count] gather, scatter and indirect: places
  uint64_t index_address = 0;           // of the index: global for indirect, else in the scratchpad
};

/// Bytes of one index on the simulated machine.
inline constexpr uint64_t kDmaIndexBytes = 8;

/// Whether an operation reads places from an index array.
constexpr bool has_index(DmaOperation operation) {
  return operation == DmaOperation::Gather || operation == DmaOperation::Scatter ||
         operation == DmaOperation::Indirect;
}

/// The place that element `i` is read from.
inline int64_t source_place(const DmaDescriptor& order, uint64_t i) {
  switch (order.operation) {
    case DmaOperation::Strided:
      return static_cast<int64_t>(i) * order.source_stride;
    case DmaOperation::Gather:
    case DmaOperation::Indirect:
      return order.index[i];
    case DmaOperation::Broadcast:
      return 0;
    default:
      return static_cast<int64_t>(i);
  }
}

/// The place that element `i` goes to.
inline int64_t destination_place(const DmaDescriptor& order, uint64_t i) {
  switch (order.operation) {
    case DmaOperation::Strided:
      return static_cast<int64_t>(i) * order.destination_stride;
    case DmaOperation::Scatter:
      return order.index[i];
    case DmaOperation::Reduce:
      return 0;
    default:
      return static_cast<int64_t>(i);
  }
}

/// Elements from `first` on, `most` at most, that one request run can carry: their places follow
/// one another on both sides, or stay the same on the side of which a broadcast or a reduction has
/// only one. Precondition: first < count, most > 0.
uint64_t consecutive_elements(const DmaDescriptor& order, uint64_t first, uint64_t most);

/// What the order does to host copies of its arrays. Later elements overwrite earlier ones; a
/// reduction of nothing is zero.
template <typename Element>
void apply(const DmaDescriptor& order, std::span<const Element> source,
           std::span<Element> destination) {
  const bool sums = order.operation == DmaOperation::Reduce;
  if (sums) destination[0] = Element{};
  for (uint64_t i = 0; i < order.count; ++i) {
    const Element value = source[static_cast<size_t>(source_place(order, i))];
    Element& to = destination[static_cast<size_t>(destination_place(order, i))];
    to = sums ? to + value : value;
  }
}

}  // namespace weft::sim
