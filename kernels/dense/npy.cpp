// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/npy.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text_file.h"

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
template <class Stored>
double number_at(const char* bytes) {
  return static_cast<double>(stored_at<Stored>(bytes));
}

constexpr ElementType kTypes[] = {
    {"<f8", 8, number_at<double>},
    {"<f4", 4, number_at<float>},
    {"<f2", 2, [](const char* b) { return half_value(stored_at<uint16_t>(b)); }},
    {"|i1", 1, number_at<int8_t>},
    {"<i2", 2, number_at<int16_t>},
    {"<i4", 4, number_at<int32_t>},
    {"<i8", 8, number_at<int64_t>},
    {"|u1", 1, number_at<uint8_t>},
    {"<u2", 2, number_at<uint16_t>},
    {"<u4", 4, number_at<uint32_t>},
    {"<u8", 8, number_at<uint64_t>},
    {"|b1", 1, number_at<uint8_t>}};

/// Beyond it, integers are not all numbers of fp64.
constexpr double kMostInteger = 9007199254740992.0;

/// Puts elements whose first dim runs fastest into row-major order.
void to_row_major(DenseTensor& tensor) {
  std::vector<double> values(tensor.values.size());
  std::vector<int64_t> at(tensor.shape.size(), 0);
  for (const double value : tensor.values) {
    int64_t place = 0;
    for (size_t dim = 0; dim < at.size(); ++dim) place = place * tensor.shape[dim] + at[dim];
    values[static_cast<size_t>(place)] = value;
    for (size_t dim = 0; dim < at.size() && ++at[dim] == tensor.shape[dim]; ++dim) at[dim] = 0;
  }
  tensor.values = std::move(values);
}

class NpyReader {
 public:
  explicit NpyReader(const std::filesystem::path& file) : file_(file) {
    std::ifstream stream = base::open_bytes(file);
    text_.assign(std::istreambuf_iterator<char>(stream), {});
  }

  DenseTensor read() {
    read_preamble();
    DenseTensor tensor;
    const ElementType& type = read_type();
    const bool by_columns = value_of("fortran_order").starts_with("True");
    if (!by_columns && !value_of("fortran_order").starts_with("False"))
      fail(at_of("fortran_order"), "True or False", value_of("fortran_order").substr(0, 5));
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
    read_values(type, count, tensor);
    if (by_columns) to_row_major(tensor);
    return tensor;
  }

 private:
  void read_values(const ElementType& type, size_t count, DenseTensor& tensor) const {
    const bool wide_integer = type.bytes == 8 && type.descr[1] != 'f';
    tensor.values.resize(count);
    for (size_t i = 0; i < count; ++i) {
      const double value = type.read(text_.data() + data_ + i * type.bytes);
      if (!std::isfinite(value))
        fail(data_ + i * type.bytes, "a finite number", fmt::format("{}", value));
      if (wide_integer && std::abs(value) > kMostInteger)
        fail(data_ + i * type.bytes, "an integer up to 2^53", fmt::format("{:.0f}", value));
      tensor.values[i] = value;
    }
  }

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
    fail(at_of("descr"),
         "little-endian floats ('<f2' to '<f8'), integers ('|i1' to '<u8') or '|b1'",
         value.substr(0, 5));
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
