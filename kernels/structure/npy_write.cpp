// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/npy_write.h"

#include <bit>

#include <fmt/format.h>

namespace weft::structure {

namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie");

constexpr size_t kPreamble = 10;   // magic, version, length of the header
constexpr size_t kAlignment = 64;  // of the data

template <class Stored>
void append_values(std::string& bytes, const std::vector<double>& values) {
  bytes.reserve(bytes.size() + values.size() * sizeof(Stored));
  for (const double value : values) {
    const auto stored = static_cast<Stored>(value);
    bytes.append(reinterpret_cast<const char*>(&stored), sizeof stored);
  }
}

}  // namespace

std::string npy_bytes(const Factor& factor) {
  std::string shape;
  for (const int64_t extent : factor.shape) shape += fmt::format("{}, ", extent);
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                   factor.positions ? "|i1" : "<f4", shape);
  const size_t used = kPreamble + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xFF);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  if (factor.positions) {
    append_values<int8_t>(bytes, factor.values);
  } else {
    append_values<float>(bytes, factor.values);
  }
  return bytes;
}

}  // namespace weft::structure
