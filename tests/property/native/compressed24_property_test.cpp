// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/random.h"
#include "kernels/native/cpu/compressed24.h"

namespace weft::native {
namespace {

/// A 2:4 matrix of small integers, some of whose groups keep fewer than two.
dense::DenseTensor arbitrary_24(int64_t rows, int64_t cols) {
  base::Xoshiro256 random(*rc::gen::arbitrary<uint64_t>());
  dense::DenseTensor matrix{{rows, cols}, std::vector<double>(static_cast<size_t>(rows * cols))};
  for (size_t group = 0; group < matrix.values.size(); group += 4) {
    for (int kept = 0; kept < 2; ++kept)
      matrix.values[group + random.below(4)] = static_cast<double>(random.below(9)) - 4;
  }
  return matrix;
}

TEST(Compressed24Property, UnpackingGivesWhatWasPacked) {
  rc::check("pack and unpack", [] {
    const int64_t rows = *rc::gen::inRange<int64_t>(1, 9);
    const int64_t cols = 4 * *rc::gen::inRange<int64_t>(1, 40);
    const dense::DenseTensor matrix = arbitrary_24(rows, cols);
    RC_ASSERT(Compressed24<float>(matrix).expanded().values == matrix.values);
    RC_ASSERT(Compressed24<double>(matrix).expanded().values == matrix.values);
  });
  SUCCEED();
}

TEST(Compressed24Property, MultiplyingIsMultiplyingTheDenseMatrix) {
  rc::check("2:4 product", [] {
    const int64_t rows = *rc::gen::inRange<int64_t>(1, 9);
    const int64_t cols = 4 * *rc::gen::inRange<int64_t>(1, 40);
    const int64_t width = *rc::gen::inRange<int64_t>(1, 300);
    const dense::DenseTensor matrix = arbitrary_24(rows, cols);
    base::Xoshiro256 random(1);
    std::vector<float> x(static_cast<size_t>(cols * width));
    for (float& value : x) value = static_cast<float>(random.below(9)) - 4;
    std::vector<float> c(static_cast<size_t>(rows * width), -1);
    Compressed24<float>::Memory memory;
    Compressed24<float>(matrix).multiply(0, {x.data(), cols, width, width, 1},
                                         {c.data(), rows, width, width, 1}, memory);
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t col = 0; col < width; ++col) {
        double sum = 0;
        for (int64_t k = 0; k < cols; ++k) {
          sum += matrix.values[static_cast<size_t>(row * cols + k)] *
                 static_cast<double>(x[static_cast<size_t>(k * width + col)]);
        }
        // Small integers: fp32 is exact.
        RC_ASSERT(static_cast<double>(c[static_cast<size_t>(row * width + col)]) == sum);
      }
    }
  });
  SUCCEED();
}

}  // namespace
}  // namespace weft::native
