// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace weft::machine {

/// What a DMA engine can be asked for. An element of the destination is:
enum class DmaOperation : int {
  Copy,       // the element at the same place of the source
  Strided,    // as copy, with a constant distance between elements on either side
  Gather,     // the element at the place that an index in the scratchpad says
  Scatter,    // as gather, with the index saying the place in the destination
  Indirect,   // as gather, with an index that the engine reads from memory first
  Broadcast,  // the one element of the source
  Reduce,     // (the only one) the sum of the source's elements
};
inline constexpr int kDmaOperations = 7;

/// The words of a machine's `dma.operations`, in the order of the enumerators.
inline constexpr std::array<std::string_view, kDmaOperations> kDmaOperationNames = {
    "copy", "strided", "gather", "scatter", "indirect", "broadcast", "reduce"};

}  // namespace weft::machine
