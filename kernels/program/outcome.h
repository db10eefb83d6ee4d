// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::program {

/// Where a thread goes on after a micro-operation. One that takes long stops after a few steps and
/// is taken up again, so that a thread never runs far ahead of the others.
enum class Outcome : uint8_t { Next, Jump, Again };

}  // namespace weft::program
