// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::program {

/// What a request does at the memory that it reaches.
enum class AccessKind : uint8_t { Read, Write, Atomic };

}  // namespace weft::program
