// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text_file.h"

namespace weft::base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> yaml_messages_of(std::string_view text) {
  Diagnostics diagnostics;
  read_yaml_text(text, "t.yaml", diagnostics);
  return diagnostics.messages();
}

TEST(Yaml, EveryNodeAndKeyKnowsItsPlaceAndPath) {
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text("core:\n  mtc: {threads: 16}\nloops:\n  - m\n  - name: k\n",
                                       "t.yaml", diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  const YamlNode& mtc = *root.find("core")->find("mtc");
  const YamlNode& threads = *mtc.find("threads");
  EXPECT_EQ(threads.scalar(), "16");
  EXPECT_EQ(threads.path(), "core.mtc.threads");
  EXPECT_EQ(threads.where().str(), "t.yaml:2:18");
  EXPECT_EQ(mtc.entries()[0].key_where.str(), "t.yaml:2:9");
  const YamlNode& loops = *root.find("loops");
  EXPECT_EQ(loops.items()[0].path(), "loops[0]");
  EXPECT_EQ(loops.items()[1].find("name")->path(), "loops[1].name");
  EXPECT_EQ(loops.items()[1].find("name")->where().str(), "t.yaml:5:11");
}

TEST(Yaml, ColumnsCountCharactersNotBytes) {
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text("größe: äöü\nß: {a: 1}\n", "t.yaml", diagnostics);
  EXPECT_EQ(root.find("größe")->where().str(), "t.yaml:1:8");
  EXPECT_EQ(root.find("ß")->find("a")->where().str(), "t.yaml:2:8");
}

TEST(Yaml, QuotesAreKept) {
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text("a: \"010\"\nb: 10\nc: |\n  text\n", "t.yaml", diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_TRUE(root.find("a")->quoted());
  EXPECT_EQ(root.find("a")->scalar(), "010");
  EXPECT_FALSE(root.find("b")->quoted());
  EXPECT_TRUE(root.find("c")->quoted());
}

TEST(Yaml, NullsAndEmptyDocumentsAreNull) {
  Diagnostics diagnostics;
  EXPECT_TRUE(read_yaml_text("", "t.yaml", diagnostics).is_null());
  EXPECT_TRUE(read_yaml_text("# nothing\n", "t.yaml", diagnostics).is_null());
  EXPECT_TRUE(read_yaml_text("a:\n", "t.yaml", diagnostics).find("a")->is_null());
  EXPECT_TRUE(read_yaml_text("a: ~\n", "t.yaml", diagnostics).find("a")->is_null());
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Yaml, ByteOrderMarkIsSkipped) {
  Diagnostics diagnostics;
  EXPECT_NE(read_yaml_text("\xEF\xBB\xBF"
                           "a: 1",
                           "t.yaml", diagnostics)
                .find("a"),
            nullptr);
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Yaml, DuplicateKeysAreRefusedAndTheFirstIsKept) {
  Diagnostics diagnostics;
  const YamlNode root =
      read_yaml_text("core:\n  mtc:\n    threads: 8\n    threads: 9\n", "t.yaml", diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("t.yaml:4:5: core.mtc.threads: duplicate key 'threads', first at 3:5"));
  EXPECT_EQ(root.find("core")->find("mtc")->find("threads")->scalar(), "8");
}

TEST(Yaml, LeadingZerosAreRefused) {
  EXPECT_THAT(
      yaml_messages_of("a: 010\nb: [-07, 0, 0.5, 00]\n"),
      ElementsAre(
          "t.yaml:1:4: a: expected an integer without leading zeros, found '010'; quote \"010\" "
          "where "
          "it is text",
          "t.yaml:2:5: b[0]: expected an integer without leading zeros, found '-07'; quote \"-07\" "
          "where it is text",
          "t.yaml:2:18: b[3]: expected an integer without leading zeros, found '00'; quote \"00\" "
          "where it is text"));
}

TEST(Yaml, AnchorsAliasesTagsAndMergeKeysAreRefused) {
  EXPECT_THAT(
      yaml_messages_of("a: &x 1\nb: *x\nc: !!str 3\n<<: {d: 1}\n"),
      ElementsAre(
          "t.yaml:1:4: a: expected a value, found the anchor '&x'; anchors are not supported",
          "t.yaml:2:4: b: expected a value, found an alias '*'; write the value out, or use "
          "extends",
          "t.yaml:3:4: c: expected a value without a tag, found 'tag:yaml.org,2002:str'",
          "t.yaml:4:1: <<: expected a key, found '<<'; merge keys are not supported, use extends"));
}

TEST(Yaml, SyntaxErrorsNameTheirPlace) {
  EXPECT_THAT(yaml_messages_of("a: [1, 2\n"),
              ElementsAre("t.yaml:2:1: invalid YAML: end of sequence flow not found"));
  EXPECT_THAT(yaml_messages_of("a: 1\n---\nb: 2\n"),
              ElementsAre("t.yaml:2:1: invalid YAML: expected one document, found a second one"));
  EXPECT_THAT(yaml_messages_of("[a, b]: 1\n"),
              ElementsAre("t.yaml:1:1: expected a word as the key, found a collection"));
  EXPECT_THAT(yaml_messages_of("a: {: 1}\n"),
              ElementsAre("t.yaml:1:5: a: expected a word as the key"));
}

TEST(Yaml, DeepNestingIsRefused) {
  EXPECT_THAT(yaml_messages_of(std::string(65, '[') + std::string(65, ']')),
              ElementsAre("t.yaml:1:65: invalid YAML: expected at most 64 levels of nesting"));
  EXPECT_THAT(yaml_messages_of(std::string(100'000, '[')),
              ElementsAre(HasSubstr("expected at most 64 levels")));
  EXPECT_THAT(yaml_messages_of(std::string(64, '[') + std::string(64, ']')), IsEmpty());
}

TEST(Yaml, TextThatIsNoneIsRefusedAtItsFirstByte) {
  EXPECT_THAT(yaml_messages_of("a: 1\nb: ä\xFF\n"),
              ElementsAre("t.yaml:2:5: expected UTF-8 text, found the byte 0xff"));
  EXPECT_THAT(yaml_messages_of(std::string_view("a\0b", 3)),
              ElementsAre("t.yaml:1:2: expected UTF-8 text, found the control character 0x00"));
  EXPECT_THAT(yaml_messages_of("\xC0\x80"),
              ElementsAre("t.yaml:1:1: expected UTF-8 text, found the byte 0xc0"));
  EXPECT_THAT(yaml_messages_of("\xED\xA0\x80"),
              ElementsAre("t.yaml:1:1: expected UTF-8 text, found the byte 0xed"));
}

TEST(Yaml, UnreadableFilesAreErrors) {
  Diagnostics diagnostics;
  EXPECT_TRUE(read_yaml_file("no/such.yaml", diagnostics).is_null());
  EXPECT_TRUE(read_yaml_file(".", diagnostics).is_null());
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("no/such.yaml: expected a YAML document, found nothing readable (No such "
                          "file or directory)",
                          ".: expected a YAML document, found a directory"));
}

TEST(Yaml, EndlessFilesAreErrors) {
  Diagnostics diagnostics;
  EXPECT_TRUE(read_yaml_file("/dev/zero", diagnostics).is_null());
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("/dev/zero: expected a YAML document, found more than 16 MiB"));
}

TEST(Utf8, LengthsFollowTheStandard) {
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("ä"), 2U);
  EXPECT_EQ(utf8_length("€"), 3U);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4U);
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80"), 0U);
  EXPECT_EQ(utf8_length("\xE2\x82"), 0U);
}

}  // namespace
}  // namespace weft::base
