// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::mapper {

/// Bytes between the network and one SM in a cycle, as the simulator has it for every GPU.
inline constexpr double kPortBytesPerCycle = 64;

}  // namespace weft::mapper
