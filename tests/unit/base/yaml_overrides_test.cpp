// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"

namespace weft::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Overrides : public testing::Test {
 protected:
  YamlNode apply(std::vector<std::string> settings) {
    const YamlNode root = read_yaml_text(
        "clock_ghz: 1.0\ncore:\n  threads: 16\nloops:\n  - {name: m}\n  - {name: k}\n", "t.yaml",
        diagnostics_);
    return with_overrides(root, settings, diagnostics_);
  }

  Diagnostics diagnostics_;
};

TEST_F(Overrides, ReplaceAValueAndSayWhereItCameFrom) {
  const YamlNode root = apply({"core.threads=32", "clock_ghz=1.5GHz"});
  EXPECT_THAT(diagnostics_.messages(), IsEmpty());
  const YamlNode& threads = *root.find("core")->find("threads");
  EXPECT_EQ(threads.scalar(), "32");
  EXPECT_EQ(threads.path(), "core.threads");
  EXPECT_EQ(threads.where().str(), "--set core.threads=32");
  EXPECT_EQ(root.find("loops")->where().str(), "t.yaml:5:3");
}

TEST_F(Overrides, ReachIntoLists) {
  const YamlNode root = apply({"loops[1].name=n"});
  EXPECT_THAT(diagnostics_.messages(), IsEmpty());
  EXPECT_EQ(root.find("loops")->items()[1].find("name")->scalar(), "n");
  EXPECT_EQ(root.find("loops")->items()[0].find("name")->scalar(), "m");
}

TEST_F(Overrides, AddWhatTheDocumentDoesNotHave) {
  const YamlNode root = apply({"core.dma.queues=4", "list=[1, {a: 2}]"});
  EXPECT_THAT(diagnostics_.messages(), IsEmpty());
  EXPECT_EQ(root.find("core")->find("dma")->find("queues")->path(), "core.dma.queues");
  EXPECT_EQ(root.find("list")->items()[1].find("a")->path(), "list[1].a");
}

TEST_F(Overrides, LaterSettingsWin) {
  EXPECT_EQ(apply({"clock_ghz=2", "clock_ghz=3"}).find("clock_ghz")->scalar(), "3");
}

TEST_F(Overrides, DefectsNameTheSetting) {
  apply({"core.threads", "=3", "a..b=1", "loops[x]=1", "loops[2].name=n", "clock_ghz.x=1",
         "core[0]=1", "b=]"});
  const std::string form =
      "expected PATH=VALUE with a path such as core.mtc.threads or loops[2].name";
  EXPECT_THAT(
      diagnostics_.messages(),
      ElementsAre("--set core.threads: " + form, "--set =3: " + form, "--set a..b=1: " + form,
                  "--set loops[x]=1: " + form,
                  "--set loops[2].name=n: loops: expected an index below 2, found 2",
                  "--set clock_ghz.x=1: clock_ghz: expected a map that can hold 'x', found '1.0'",
                  "--set core[0]=1: core: expected a list, to set its item 0",
                  "--set b=]: value:1:1: invalid YAML: illegal flow end"));
}

}  // namespace
}  // namespace weft::base
