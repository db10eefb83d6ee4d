// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/npy.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::dense {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMostElements = size_t{1} << 31;

static_assert(std::endian::native == std::endian::little, "values are copied as they lie");

double half_value(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const double fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  return sign *
         (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

template <class Stored>
Stored stored_at(const char* bytes) {
  Stored value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/// The element types, by the spelling of NumPy.
struct ElementType {
  std::string_view descr;
  size_t bytes;
  double (*read)(const char* bytes);
};
constexpr ElementType kTypes[] = {
    {"<f8", 8, [](const char* b) { return stored_at<double>(b); }},
    {"<f4", 4, [](const char* b) { return static_cast<double>(stored_at<float>(b)); }},
    {"<f2", 2, [](const char* b) { return half_value(stored_at<uint16_t>(b)); }},
    {"|i1", 1, [](const char* b) { return static_cast<double>(stored_at<int8_t>(b)); }}};

class NpyReader {
 public:
  explicit NpyReader(const std::filesystem::path& file) : file_(file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw base::UserError(fmt::format("{}: cannot read", file.string()));
    text_.assign(std::istreambuf_iterator<char>(stream), {});
  }

  DenseTensor read() {
    read_preamble();
    DenseTensor tensor;
    const ElementType& type = read_type();
    if (value_of("fortran_order").substr(0, 5) != "False")
      fail(at_of("fortran_order"), "C order (fortran_order False)", "another order");
    size_t count = 1;
    for (const int64_t extent : read_shape()) {
      tensor.shape.push_back(extent);
      if (extent > 0 && count > kMostElements / static_cast<size_t>(extent))
        fail(at_of("shape"), "at most 2^31 elements", "more");
      count *= static_cast<size_t>(extent);
    }
    const size_t left = text_.size() - data_;
    if (left != count * type.bytes) {
      fail(data_, fmt::format("{} bytes of data", count * type.bytes), fmt::format("{}", left));
    }
    tensor.values.resize(count);
    for (size_t i = 0; i < count; ++i) {
      tensor.values[i] = type.read(text_.data() + data_ + i * type.bytes);
      if (!std::isfinite(tensor.values[i]))
        fail(data_ + i * type.bytes, "a finite number", fmt::format("{}", tensor.values[i]));
    }
    return tensor;
  }

 private:
  [[noreturn]] void fail(size_t at, std::string_view expected, std::string_view found) const {
    throw base::UserError(
        fmt::format("{}: byte {}: expected {}, found {}", file_.string(), at, expected, found));
  }

  void read_preamble() {
    if (!text_.starts_with(kMagic)) fail(0, "the magic of a .npy file", "something else");
    if (text_.size() < 12) fail(text_.size(), "a header", "the end of the file");
    const int version = static_cast<unsigned char>(text_[6]);
    if (version < 1 || version > 3)
      fail(6, "version 1, 2 or 3", fmt::format("version {}", version));
    header_ = version == 1 ? 10 : 12;
    const size_t length = version == 1 ? stored_at<uint16_t>(text_.data() + 8)
                                       : stored_at<uint32_t>(text_.data() + 8);
    data_ = header_ + length;
    if (data_ > text_.size())
      fail(text_.size(), fmt::format("a header of {} bytes", length), "the end of the file");
  }

  std::string_view header() const {
    return std::string_view(text_).substr(header_, data_ - header_);
  }

  /// Where the value of a key of the header's dictionary begins, in the file.
  size_t at_of(std::string_view key) const {
    const size_t at = header().find(fmt::format("'{}':", key));
    if (at == std::string_view::npos) fail(header_, fmt::format("the key '{}'", key), "none");
    const size_t value = header().find_first_not_of(' ', at + key.size() + 3);
    if (value == std::string_view::npos)
      fail(data_, fmt::format("a value of '{}'", key), "the end of the header");
    return header_ + value;
  }

  std::string_view value_of(std::string_view key) const {
    return header().substr(at_of(key) - header_);
  }

  const ElementType& read_type() const {
    const std::string_view value = value_of("descr");
    for (const ElementType& type : kTypes) {
      if (value.substr(1, type.descr.size()) == type.descr) return type;
    }
    fail(at_of("descr"), "little-endian '<f8', '<f4', '<f2' or '|i1'", value.substr(0, 5));
  }

  std::vector<int64_t> read_shape() const {
    std::string_view value = value_of("shape");
    const size_t close = value.find(')');
    if (!value.starts_with('(') || close == std::string_view::npos)
      fail(at_of("shape"), "a tuple", value.substr(0, 5));
    std::vector<int64_t> shape;
    const char* at = value.data() + 1;
    const char* end = value.data() + close;
    while (at < end) {
      int64_t extent = 0;
      const auto [stop, error] = std::from_chars(at, end, extent);
      if (error != std::errc{} || extent < 0)
        fail(static_cast<size_t>(at - text_.data()), "an extent", std::string(at, 1));
      shape.push_back(extent);
      at = stop;
      while (at < end && (*at == ',' || *at == ' ')) ++at;
    }
    return shape;
  }

  std::filesystem::path file_;
  std::string text_;
  size_t header_ = 0;
  size_t data_ = 0;
};

}  // namespace

DenseTensor read_npy(const std::filesystem::path& file) {
  return NpyReader(file).read();
}

}  // namespace weft::dense
