// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/schema.h"

namespace weft::machine {

/// Ranges that keys of several schemas share.
inline constexpr base::RealRange kLatencyCycles = base::within(1, 100'000);
inline constexpr base::RealRange kAnySize = base::at_least(1);
inline constexpr base::RealRange kWordSize = base::within(1, 4096);

}  // namespace weft::machine
