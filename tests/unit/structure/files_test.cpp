// SPDX-License-Identifier: Apache-2.0
// Weights and activations from files, and factors into files.
#include <cstring>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "kernels/dense/npy.h"
#include "kernels/structure/npy_write.h"
#include "kernels/structure/safetensors.h"
#include "kernels/structure/source.h"

namespace weft::structure {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  Files() { std::filesystem::create_directories(folder_); }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }

  /// A file with this header and data.
  std::string write_tensors(const std::string& header, const std::string& data) const {
    const uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return write("t.safetensors", bytes + header + data);
  }

  template <class Action>
  static std::string message_of(const Action& action) {
    try {
      action();
    } catch (const base::UserError& error) {
      return error.what();
    }
    return "none";
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("weft_structure_" + std::to_string(getpid()));
};

template <class Value>
std::string bytes_of(std::initializer_list<Value> values) {
  std::string bytes(values.size() * sizeof(Value), '\0');
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

TEST_F(Files, NpyReadsBackAsWritten) {
  const Factor values{"w1", {2, 1, 3}, {1, -2, 0.5, 3, 4, -5}};
  const dense::DenseTensor read = dense::read_npy(write("w1.npy", npy_bytes(values)));
  EXPECT_EQ(read.shape, values.shape);
  EXPECT_EQ(read.values, values.values);
  const Factor positions{"positions", {1, 2}, {0, 3}, true};
  EXPECT_EQ(npy_bytes(positions).size(), 64U + 2 + 64);
  EXPECT_THAT(dense::read_npy(write("p.npy", npy_bytes(positions))).values, ElementsAre(0, 3));
}

TEST_F(Files, SafetensorsOfEveryType) {
  const std::string file =
      write_tensors(R"({"__metadata__":{"format":"pt"},)"
                    R"("a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
                    R"("b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},)"
                    R"("c":{"dtype":"BF16","shape":[1,1],"data_offsets":[12,14]}})",
                    bytes_of<float>({1.5F, -2}) + bytes_of<uint16_t>({0x3C00, 0xC400}) +
                        bytes_of<uint16_t>({0x4049}));
  EXPECT_THAT(read_safetensors(file, "a").values, ElementsAre(1.5, -2));
  EXPECT_THAT(read_safetensors(file, "b").values, ElementsAre(1, -4));
  EXPECT_THAT(read_safetensors(file, "c").values, ElementsAre(3.140625));
}

TEST_F(Files, SafetensorsSaysWhatIsWrong) {
  const auto message = [&](const std::string& entry, const std::string& tensor) {
    const std::string file = write_tensors("{" + entry + "}", std::string(8, '\0'));
    return message_of([&] { read_safetensors(file, tensor); });
  };
  const std::string good = R"("layer.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]})";
  EXPECT_EQ(message(good, ""), "none");
  EXPECT_THAT(message(good, "layer.wieght"), HasSubstr("did you mean 'layer.weight'?"));
  EXPECT_THAT(message(R"("w":{"dtype":"I8","shape":[8],"data_offsets":[0,8]})", "w"),
              HasSubstr("tensor w: expected dtype F64, F32, F16 or BF16, found \"I8\""));
  EXPECT_THAT(message(R"("w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]})", "w"),
              HasSubstr("expected 12 bytes for its shape and dtype, found 8"));
  EXPECT_THAT(message(R"("w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]})", "w"),
              HasSubstr("expected data_offsets within the 8 bytes of data, found [0,16]"));
  EXPECT_THAT(message(R"("w":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]})", "w"),
              HasSubstr("expected a shape of whole numbers"));
  EXPECT_THAT(
      message(R"("w":{"dtype":"F32","shape":[2147483648,2147483648,4],"data_offsets":[0,8]})", "w"),
      HasSubstr("expected at most 2^31 elements"));
  EXPECT_THAT(message(R"("w":[1])", "w"), HasSubstr("expected dtype"));
  EXPECT_THAT(message("\"w\":{", "w"), HasSubstr("header: expected a JSON object"));
}

TEST_F(Files, SafetensorsHeaderMustLieInTheFile) {
  const std::string file = write("t.safetensors", std::string(8, '\xFF'));
  EXPECT_THAT(message_of([&] { read_safetensors(file, ""); }),
              HasSubstr("expected at most 0 bytes"));
  const std::string empty = write("e.safetensors", "");
  EXPECT_THAT(message_of([&] { read_safetensors(empty, ""); }), HasSubstr("found 0 bytes"));
}

TEST_F(Files, WeightsAreMatrices) {
  const auto message = [](const std::string& source) {
    return message_of([&] { load_weight(source); });
  };
  const std::string cube = write("cube.npy", npy_bytes({"W", {2, 2, 1}, {1, 2, 3, 4}}));
  EXPECT_THAT(message(cube), HasSubstr("expected a matrix, found shape (2, 2, 1)"));
  EXPECT_THAT(message("gausian:rows=2,cols=2"), HasSubstr("did you mean 'gaussian'?"));
  EXPECT_THAT(message("hadamard:n=12"),
              HasSubstr("expected a power of two, found 12; nearest: 8 and 16"));
  EXPECT_THAT(message("gaussian:rows=2"), HasSubstr("missing key 'cols'"));
  EXPECT_THAT(message("missing.npy"), HasSubstr("cannot read"));
  EXPECT_EQ(load_weight(write("w.npy", npy_bytes({"W", {2, 2}, {1, 2, 3, 4}})))(1, 0), 3);
}

TEST_F(Files, ActivationsBecomeLengthsOfColumns) {
  const std::string tokens = write("x.npy", npy_bytes({"X", {2, 3}, {3, 1, 0, 4, 0, 2}}));
  EXPECT_EQ(load_activation_norms(tokens, 3), Eigen::Vector3d(5, 1, 2));
  const std::string lengths = write("n.npy", npy_bytes({"X", {3}, {5, -1, 2}}));
  EXPECT_EQ(load_activation_norms(lengths, 3), Eigen::Vector3d(5, 1, 2));
  EXPECT_THAT(
      message_of([&] { load_activation_norms(tokens, 2); }),
      HasSubstr("expected 2 columns, as the weight has (it is transposed: tokens are rows), "
                "found 3"));
}

}  // namespace
}  // namespace weft::structure
