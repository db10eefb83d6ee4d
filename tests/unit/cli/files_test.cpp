// SPDX-License-Identifier: Apache-2.0
#include "cli/files.h"

#include <csignal>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.h"
#include "cli/interrupt.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string message_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const base::UserError& error) {
      return error.what();
    }
    return "no error";
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("weft_files_" + std::to_string(getpid()));
};

TEST_F(Files, WritesWholeFilesIntoNewFoldersAndLeavesNoOther) {
  const fs::path file = folder_ / "a" / "b.txt";
  write_text(file, "one");
  write_text(file, "two");
  EXPECT_EQ(read_text(file), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "a"), fs::directory_iterator()), 1);
}

TEST_F(Files, CtrlCRemovesTheTemporaryFile) {
  const fs::path target = folder_ / "x.json";
  EXPECT_EXIT(
      {
        install_interrupt_handler();
        const TemporaryFile temporary(target);
        std::ofstream(temporary.path()) << "half";
        raise(SIGINT);
      },
      testing::ExitedWithCode(kInterruptedStatus), "");
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Files, AFullDiskIsExplained) {
  EXPECT_EQ(message_of([] { write_text("/dev/full", std::string(100000, 'x')); }),
            "/dev/full: cannot write: No space left on device");
  EXPECT_TRUE(fs::is_character_file("/dev/full")) << "a device is written in place";
}

TEST_F(Files, APlaceThatCannotBeWrittenIsExplained) {
  write_text(folder_ / "plain", "");
  EXPECT_EQ(message_of([&] { write_text(folder_, "x"); }),
            folder_.string() + ": cannot write: it is a directory");
  const std::string below = (folder_ / "plain" / "x").string();
  EXPECT_EQ(message_of([&] { write_text(below, "x"); }),
            below + ": cannot create the folder of: Not a directory");
}

TEST_F(Files, JsonErrorsHaveALineAndColumn) {
  const fs::path file = folder_ / "x.json";
  write_text(file, "{\"a\": 1,\n  \"b\": ,\n}");
  const std::string message = message_of([&] { read_json(file); });
  EXPECT_EQ(message.substr(0, message.find(" found")), file.string() + ":2:8: expected JSON,");
  EXPECT_EQ(message_of([&] { read_json(folder_ / "none.json"); }),
            (folder_ / "none.json").string() + ": cannot read: No such file or directory");
}

TEST_F(Files, StemsAreSortedNamesOfYamlDocuments) {
  for (const char* name : {"b.yaml", "a.yaml", "c.txt"}) write_text(folder_ / name, "");
  EXPECT_EQ(yaml_stems(folder_), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(yaml_stems(folder_ / "none").empty());
}

}  // namespace

}  // namespace weft::cli
