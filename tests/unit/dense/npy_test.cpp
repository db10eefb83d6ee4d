// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/npy.h"

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"

namespace weft::dense {
namespace {

namespace fs = std::filesystem;

class Npy : public testing::Test {
 protected:
  void TearDown() override { fs::remove(file_); }

  /// A file with this dictionary and data, in version 1.0.
  void write(const std::string& dictionary, const std::string& data) const {
    std::string text("\x93NUMPY\x01\x00", 8);
    text += static_cast<char>(dictionary.size());
    text += '\0';
    std::ofstream(file_, std::ios::binary) << text << dictionary << data;
  }

  std::string message() const {
    try {
      read_npy(file_);
    } catch (const base::UserError& error) {
      return std::string(error.what()).substr(file_.string().size() + 2);
    }
    return "none";
  }

  template <class Value>
  static std::string bytes(std::initializer_list<Value> values) {
    std::string text(values.size() * sizeof(Value), '\0');
    std::memcpy(text.data(), values.begin(), text.size());
    return text;
  }

  const fs::path file_ =
      fs::path(testing::TempDir()) / ("weft_npy_" + std::to_string(getpid()) + ".npy");
};

TEST_F(Npy, ReadsEveryElementType) {
  write("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
        bytes<float>({1, 2.5F, -3, 4}));
  const DenseTensor floats = read_npy(file_);
  EXPECT_THAT(floats.shape, testing::ElementsAre(2, 2));
  EXPECT_THAT(floats.values, testing::ElementsAre(1, 2.5, -3, 4));
  write("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", bytes<double>({0.1}));
  EXPECT_THAT(read_npy(file_).values, testing::ElementsAre(0.1));
  write("{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }",
        bytes<uint16_t>({0x3C00, 0xC400, 0x0001}));
  EXPECT_THAT(read_npy(file_).values, testing::ElementsAre(1, -4, 0x1p-24));
  write("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", bytes<int8_t>({-8, 7}));
  EXPECT_THAT(read_npy(file_).values, testing::ElementsAre(-8, 7));
  write("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", bytes<int64_t>({-9, 1 << 20}));
  EXPECT_THAT(read_npy(file_).values, testing::ElementsAre(-9, 1 << 20));
  write("{'descr': '<u2', 'fortran_order': False, 'shape': (1,), }", bytes<uint16_t>({65535}));
  EXPECT_THAT(read_npy(file_).values, testing::ElementsAre(65535));
  write("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", bytes<uint8_t>({0, 1}));
  EXPECT_THAT(read_npy(file_).values, testing::ElementsAre(0, 1));
}

TEST_F(Npy, FortranOrderIsPutIntoRows) {
  write("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3), }",
        bytes<int8_t>({1, 4, 2, 5, 3, 6}));
  const DenseTensor tensor = read_npy(file_);
  EXPECT_THAT(tensor.shape, testing::ElementsAre(2, 3));
  EXPECT_THAT(tensor.values, testing::ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(Npy, DefectsAreToldByTheirByte) {
  std::ofstream(file_) << "not numpy";
  EXPECT_EQ(message(), "byte 0: expected the magic of a .npy file, found something else");
  write("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", bytes<float>({1}));
  EXPECT_EQ(message(),
            "byte 20: expected little-endian floats ('<f2' to '<f8'), integers ('|i1' to "
            "'<u8') or '|b1', found '>f4'");
  write("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }", bytes<float>({1}));
  EXPECT_EQ(message(), "byte 44: expected True or False, found Maybe");
  write("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }",
        bytes<int64_t>({int64_t{1} << 60}));
  EXPECT_EQ(message(), "byte 67: expected an integer up to 2^53, found 1152921504606846976");
  write("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", bytes<float>({1}));
  EXPECT_EQ(message(), "byte 67: expected 8 bytes of data, found 4");
  write("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
        bytes<float>({1, std::numeric_limits<float>::quiet_NaN()}));
  EXPECT_EQ(message(), "byte 71: expected a finite number, found nan");
  write("{'descr': '<f4', 'shape': (1,), }", bytes<float>({1}));
  EXPECT_EQ(message(), "byte 10: expected the key 'fortran_order', found none");
}

TEST_F(Npy, AMissingFileIsAUserError) {
  EXPECT_EQ(message(), "cannot read: No such file or directory");
}

}  // namespace
}  // namespace weft::dense
