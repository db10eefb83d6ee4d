// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::tests {

/// Does this build carry sanitizers? It takes five to ten times as long, and what it is to find,
/// memory out of bounds and undefined behaviour, a part of the cases shows as well.
#if defined(__SANITIZE_ADDRESS__)  // g++
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)  // clang
inline constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace weft::tests
