// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/ir/words.h"
#include "kernels/program/program.h"

namespace weft::mapper {

/// What a document calls the bits that choose a slot, as programs call them.
constexpr program::HashBits program_bits(ir::HashBits bits) {
  switch (bits) {
    case ir::HashBits::High:
      return program::HashBits::High;
    case ir::HashBits::Low:
      return program::HashBits::Low;
    case ir::HashBits::Mixed:
      break;
  }
  return program::HashBits::Mixed;
}

}  // namespace weft::mapper
