// SPDX-License-Identifier: Apache-2.0
// Ten thousand damaged files for each reader, the same on every host.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/readers.h"
#include "tests/support/sanitized.h"

namespace weft::tests {
namespace {

constexpr int kFiles = kSanitized ? 1000 : 10'000;  // the same thousand come first

class Mutations : public testing::TestWithParam<FuzzedReader> {
 protected:
  /// The corpus of the reader, in the order of the names.
  static std::vector<std::string> corpus() {
    const auto folder =
        std::filesystem::path(WEFT_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      names.push_back(entry.path());
    std::ranges::sort(names);
    std::vector<std::string> files;
    for (const auto& name : names) {
      std::ifstream file(name, std::ios::binary);
      files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return files;
  }

  /// Fails, and keeps the file that broke its reader, to be put into the corpus.
  static void fail(const std::string& bytes, const char* what) {
    const auto file =
        std::filesystem::path(testing::TempDir()) / ("broke_" + std::string(GetParam().name));
    std::ofstream(file, std::ios::binary) << bytes;
    FAIL() << what << "; see " << file;
  }
};

TEST_P(Mutations, AreReadOrRefused) {
  const std::vector<std::string> files = corpus();
  std::mt19937_64 random(20261123);
  int read = 0;
  int refused = 0;
  for (int i = 0; i < kFiles; ++i) {
    const std::string bytes = mutate(files, random);
    try {
      GetParam().read(bytes);
      ++read;
    } catch (const base::UserError& error) {
      if (error.what() == std::string()) return fail(bytes, "refused without a reason");
      ++refused;
    } catch (const std::exception& error) {
      return fail(bytes, error.what());
    }
  }
  // Some survive and some do not: few plain text files with a flipped bit are still a matrix.
  EXPECT_GT(read, kFiles / 1000);
  EXPECT_GT(refused, kFiles / 200);
}

INSTANTIATE_TEST_SUITE_P(Readers, Mutations, testing::ValuesIn(fuzzed_readers()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace weft::tests
