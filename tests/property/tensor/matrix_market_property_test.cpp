// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include "base/error.h"
#include "kernels/tensor/matrix_market.h"
#include "kernels/tensor/transpose.h"
#include "tests/property/tensor/arbitrary_matrix.h"

namespace weft::tests {
namespace {

using tensor::Coordinates;
using tensor::CsrMatrix;

/// A name in the temporary directory whose file goes with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path(std::filesystem::temp_directory_path() / (std::to_string(getpid()) + "-" + name)) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path path;
};

bool same(const CsrMatrix& one, const CsrMatrix& other) {
  return one.rows == other.rows && one.cols == other.cols && one.row_start == other.row_start &&
         one.column == other.column && one.value == other.value;
}

TEST(MatrixMarketLaw, ReadingUndoesWriting) {
  const TemporaryFile file("law.mtx");
  EXPECT_TRUE(rc::check([&] {
    CsrMatrix matrix = csr_from_coordinates(arbitrary_list(arbitrary_size(), arbitrary_size()),
                                            tensor::Duplicates::Sum);
    for (double& value : matrix.value) {
      const double any = std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>());
      if (any - any == 0) value = any;  // every finite double, however small
    }
    write_matrix_market(file.path, matrix);
    RC_ASSERT(same(tensor::read_matrix_market(file.path), matrix));
  }));
}

TEST(MatrixMarketLaw, NoDamageEndsInAnythingButAMessage) {
  const TemporaryFile file("damage.mtx");
  const std::string sound =
      "%%MatrixMarket matrix coordinate real symmetric\n% c\n4 4 3\n1 1 1.5\n3 1 -2e3\n4 4 7\n";
  EXPECT_TRUE(rc::check([&] {
    std::string text = sound;
    const auto at = *rc::gen::inRange<size_t>(0, text.size());
    const auto length = *rc::gen::inRange<size_t>(0, 8);
    text.replace(at, length, *rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
    std::ofstream(file.path, std::ios::binary) << text;
    try {
      const CsrMatrix matrix = tensor::read_matrix_market(file.path);
      RC_ASSERT(matrix.row_start.back() == matrix.nnz());
    } catch (const base::UserError& error) {
      RC_ASSERT(std::string(error.what()).starts_with(file.path.string() + ":"));
    }
  }));
}

TEST(CoordinatesLaw, EveryPlaceHoldsTheSumOfItsEntries) {
  EXPECT_TRUE(rc::check([] {
    const Coordinates list = arbitrary_list(arbitrary_size(), arbitrary_size());
    std::map<std::pair<int64_t, int32_t>, double> sums;
    for (int64_t entry = 0; entry < list.entries(); ++entry) {
      sums[{list.row[entry], list.column[entry]}] += list.value[entry];
    }
    const CsrMatrix matrix = csr_from_coordinates(list, tensor::Duplicates::Sum);
    RC_ASSERT(matrix.nnz() == static_cast<int64_t>(sums.size()));
    int64_t entry = 0;
    for (const auto& [place, sum] : sums) {
      RC_ASSERT(matrix.row_start[place.first] <= entry &&
                entry < matrix.row_start[place.first + 1]);
      RC_ASSERT(matrix.column[entry] == place.second);
      RC_ASSERT(matrix.value[entry] == sum);
      ++entry;
    }
  }));
}

TEST(TransposeLaw, TwiceIsNothing) {
  EXPECT_TRUE(rc::check([] {
    const CsrMatrix matrix = csr_from_coordinates(
        arbitrary_list(arbitrary_size(), arbitrary_size()), tensor::Duplicates::Sum);
    RC_ASSERT(same(transpose(transpose(matrix)), matrix));
  }));
}

}  // namespace
}  // namespace weft::tests
