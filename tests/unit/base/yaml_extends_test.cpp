// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/yaml.h"

namespace weft::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Files in a directory of their own that is also the working directory while a test runs, so that
/// names are short.
class Extends : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    directory_ = std::filesystem::temp_directory_path() /
                 ("weft_extends_" + name + std::to_string(getpid()));
    std::filesystem::create_directories(directory_ / "sub");
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(directory_);
  }

  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(directory_);
  }

  static void write(const std::string& name, std::string_view text) { std::ofstream(name) << text; }

  YamlNode read(const std::string& name) { return read_yaml_file(name, diagnostics_); }

  Diagnostics diagnostics_;

 private:
  std::filesystem::path directory_;
  std::filesystem::path before_;
};

TEST_F(Extends, MapsMergeKeyByKeyAndEverythingElseIsReplaced) {
  write("sub/base.yaml", "machine: 1\ncore:\n  threads: 16\n  ways: [1, 2]\n");
  write("top.yaml", "extends: sub/base.yaml\ncore:\n  ways: [3]\nextra: 1\n");
  const YamlNode root = read("top.yaml");
  EXPECT_THAT(diagnostics_.messages(), IsEmpty());
  EXPECT_EQ(root.entries()[0].key, "machine");
  EXPECT_EQ(root.find("extends"), nullptr);
  const YamlNode& core = *root.find("core");
  EXPECT_EQ(core.find("threads")->where().str(), "sub/base.yaml:3:12");
  EXPECT_EQ(core.find("ways")->items().size(), 1U);
  EXPECT_EQ(core.find("ways")->where().str(), "top.yaml:3:9");
  EXPECT_EQ(root.entries()[2].key, "extra");
}

TEST_F(Extends, ChainsAreRelativeToEachFile) {
  write("sub/a.yaml", "x: 1\n");
  write("sub/b.yaml", "extends: a.yaml\ny: 2\n");
  write("c.yaml", "extends: sub/b.yaml\nz: 3\n");
  const YamlNode root = read("c.yaml");
  EXPECT_THAT(diagnostics_.messages(), IsEmpty());
  EXPECT_EQ(root.entries().size(), 3U);
}

TEST_F(Extends, CyclesAreRefusedNamingTheChain) {
  write("a.yaml", "extends: b.yaml\n");
  write("b.yaml", "extends: sub/../a.yaml\n");
  read("a.yaml");
  EXPECT_THAT(diagnostics_.messages(), ElementsAre("b.yaml:1:10: extends: expected a chain without "
                                                   "a cycle, found a.yaml -> b.yaml -> a.yaml"));
}

TEST_F(Extends, AMissingBaseIsNamedWhereItIsAskedFor) {
  write("a.yaml", "x: 1\nextends: none.yaml\n");
  const YamlNode root = read("a.yaml");
  EXPECT_THAT(diagnostics_.messages(),
              ElementsAre("a.yaml:2:10: extends: expected a document in 'none.yaml', found "
                          "nothing readable (No such file or directory)"));
  EXPECT_NE(root.find("x"), nullptr);
}

TEST_F(Extends, DefectsOfABaseNameTheBase) {
  write("base.yaml", "a: 1\na: 2\n");
  write("top.yaml", "extends: base.yaml\n");
  read("top.yaml");
  EXPECT_THAT(diagnostics_.messages(),
              ElementsAre("base.yaml:2:1: a: duplicate key 'a', first at 1:1"));
}

TEST_F(Extends, AListOfBasesIsRefused) {
  write("a.yaml", "extends: [x.yaml]\n");
  read("a.yaml");
  EXPECT_THAT(diagnostics_.messages(),
              ElementsAre("a.yaml:1:10: extends: expected the name of one file"));
}

}  // namespace
}  // namespace weft::base
