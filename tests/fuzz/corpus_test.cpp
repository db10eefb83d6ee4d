// SPDX-License-Identifier: Apache-2.0
// Replays the corpus of the fuzz targets, which keeps every input that once broke a reader.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/fuzz/readers.h"

namespace weft::tests {
namespace {

class FuzzCorpus : public testing::TestWithParam<FuzzedReader> {};

TEST_P(FuzzCorpus, IsReadOrRefused) {
  const auto folder =
      std::filesystem::path(WEFT_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  int read = 0;
  int refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    SCOPED_TRACE(entry.path().filename().string());
    try {
      GetParam().read(bytes);
      ++read;
    } catch (const base::UserError& error) {
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  EXPECT_GT(read, 0);
  EXPECT_GT(read + refused, 2);
}

INSTANTIATE_TEST_SUITE_P(Readers, FuzzCorpus, testing::ValuesIn(fuzzed_readers()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace weft::tests
