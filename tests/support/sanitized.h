// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::tests {

/// Does this build carry sanitizers? It takes five to ten times as long, and what it is to find,
/// memory out of bounds and undefined behaviour, a part of the cases shows as well.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace weft::tests
