// SPDX-License-Identifier: Apache-2.0
// The format: eight bytes with the length of the header, the header, which is JSON with type, shape
// and the range of bytes of each tensor, and the values of all tensors, little-endian and
// row-major.
#include "kernels/structure/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include <Eigen/Core>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text_file.h"

namespace weft::structure {

namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "values are copied as they lie");

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMostHeader = 100'000'000;  // the format's own limit
constexpr uint64_t kMostElements = uint64_t{1} << 31;

template <class Stored>
double value_at(const char* bytes) {
  Stored value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

struct ElementType {
  std::string_view name;
  uint64_t bytes;
  double (*read)(const char* bytes);
};
constexpr ElementType kTypes[] = {{"F64", 8, value_at<double>},
                                  {"F32", 4, value_at<float>},
                                  {"F16", 2, value_at<Eigen::half>},
                                  {"BF16", 2, value_at<Eigen::bfloat16>}};

class SafetensorsReader {
 public:
  explicit SafetensorsReader(const std::filesystem::path& file)
      : file_(file.string()),
        stream_(base::open_bytes(file)),
        size_(std::filesystem::file_size(file)) {
    read_header();
  }

  dense::DenseTensor read(const std::string& wanted) {
    const std::string name = name_of(wanted);
    where_ = fmt::format("{}: tensor {}", file_, name);
    const Json& entry = header_.at(name);
    const ElementType& type = type_of(entry);
    dense::DenseTensor tensor{shape_of(entry), {}};
    uint64_t count = 1;
    for (const int64_t extent : tensor.shape) {
      const auto size = static_cast<uint64_t>(extent);
      if (size > 0 && count > kMostElements / size) fail("at most 2^31 elements", "more");
      count *= size;
    }
    const std::vector<char> bytes = data_of(entry, count * type.bytes);
    tensor.values.resize(count);
    for (uint64_t i = 0; i < count; ++i) {
      tensor.values[i] = type.read(bytes.data() + i * type.bytes);
      if (!std::isfinite(tensor.values[i]))
        fail("finite numbers", fmt::format("{} as element {}", tensor.values[i], i));
    }
    return tensor;
  }

 private:
  [[noreturn]] void fail(std::string_view expected, std::string_view found) const {
    throw base::UserError(fmt::format("{}: expected {}, found {}", where_, expected, found));
  }

  void read_header() {
    where_ = file_ + ": header";
    char length[kLengthBytes] = {};
    if (size_ < kLengthBytes) fail("a safetensors file", fmt::format("{} bytes", size_));
    stream_.read(length, kLengthBytes);
    std::memcpy(&header_bytes_, length, kLengthBytes);
    if (header_bytes_ > kMostHeader || header_bytes_ > size_ - kLengthBytes)
      fail(fmt::format("at most {} bytes", std::min(kMostHeader, size_ - kLengthBytes)),
           fmt::format("{}", header_bytes_));
    std::string text(header_bytes_, '\0');
    stream_.read(text.data(), static_cast<std::streamsize>(header_bytes_));
    header_ = Json::parse(text, nullptr, false);
    if (!header_.is_object()) fail("a JSON object", "something else");
  }

  std::string name_of(const std::string& wanted) const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : header_.items()) {
      if (name != "__metadata__") names.push_back(name);
    }
    if (wanted.empty() && names.size() == 1) return names.front();
    if (wanted.empty())
      fail("one tensor, or FILE:TENSOR to choose",
           fmt::format("{} tensors{}", names.size(), examples_of(names)));
    if (std::ranges::count(names, wanted) > 0) return wanted;
    const std::string hint = base::did_you_mean(wanted, names);
    fail(fmt::format("a tensor '{}'", wanted),
         fmt::format("none of that name{}", hint.empty() ? examples_of(names) : hint));
  }

  static std::string examples_of(const std::vector<std::string>& names) {
    constexpr size_t kMost = 5;
    if (names.empty()) return "";
    const size_t shown = std::min(kMost, names.size());
    return fmt::format(" ({}{})",
                       fmt::join(names.begin(), names.begin() + static_cast<long>(shown), ", "),
                       shown < names.size() ? ", ..." : "");
  }

  const ElementType& type_of(const Json& entry) const {
    const Json name = entry.is_object() ? entry.value("dtype", Json()) : Json();
    for (const ElementType& type : kTypes) {
      if (name == type.name) return type;
    }
    fail("dtype F64, F32, F16 or BF16", name.dump());
  }

  std::vector<int64_t> shape_of(const Json& entry) const {
    const Json shape = entry.value("shape", Json());
    const auto is_extent = [](const Json& extent) {
      return extent.is_number_unsigned() && extent.get<uint64_t>() <= kMostElements;
    };
    if (!shape.is_array() || !std::ranges::all_of(shape, is_extent))
      fail("a shape of whole numbers", shape.dump());
    return shape.get<std::vector<int64_t>>();
  }

  std::vector<char> data_of(const Json& entry, uint64_t bytes) {
    const Json range = entry.value("data_offsets", Json());
    const uint64_t room = size_ - kLengthBytes - header_bytes_;
    if (!range.is_array() || range.size() != 2 || !range[0].is_number_unsigned() ||
        !range[1].is_number_unsigned())
      fail("data_offsets [begin, end]", range.dump());
    const auto begin = range[0].get<uint64_t>();
    const auto end = range[1].get<uint64_t>();
    if (begin > end || end > room)
      fail(fmt::format("data_offsets within the {} bytes of data", room), range.dump());
    if (end - begin != bytes)
      fail(fmt::format("{} bytes for its shape and dtype", bytes), fmt::format("{}", end - begin));
    std::vector<char> data(bytes);
    stream_.seekg(static_cast<std::streamoff>(kLengthBytes + header_bytes_ + begin));
    stream_.read(data.data(), static_cast<std::streamsize>(bytes));
    if (!stream_) fail(fmt::format("{} bytes", bytes), "the end of the file");
    return data;
  }

  std::string file_;
  std::ifstream stream_;
  uint64_t size_ = 0;
  uint64_t header_bytes_ = 0;
  Json header_;
  std::string where_;
};

}  // namespace

dense::DenseTensor read_safetensors(const std::filesystem::path& file, const std::string& tensor) {
  return SafetensorsReader(file).read(tensor);
}

}  // namespace weft::structure
