// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::base {

/// The SHA-256 digest of a text that arrives in pieces (FIPS 180-4): names content, so that equal
/// inputs are recognized wherever and whenever they are read.
class Sha256 {
 public:
  void add(std::string_view bytes);

  /// The digest of all that was added, in 64 hexadecimal digits. Ends the object's use.
  std::string hex();

 private:
  void compress(const unsigned char* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> block_ = {};
  size_t filled_ = 0;   // bytes of block_
  uint64_t bytes_ = 0;  // all that was added
};

/// The digest of one text.
std::string sha256(std::string_view text);

}  // namespace weft::base
