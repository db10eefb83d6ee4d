// SPDX-License-Identifier: Apache-2.0
#include "base/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Policy : int { Open, Closed };

struct Stage {
  std::string name = "none";
  int cycles = 1;
};

struct Core {
  int threads = 16;
  int64_t bytes = 4096;
  Policy policy = Policy::Open;
  bool coherent = false;
};

struct Toy {
  double clock_ghz = 1.0;
  int64_t capacity = 1024;
  double share = 0.5;
  Core core;
  std::vector<Stage> stages;
  std::vector<int64_t> sizes = {8, 64};
  std::map<std::string, double> costs = {{"load", 1}, {"store", 2}};
};

const Schema<Stage>& stage_schema() {
  static const auto schema = Schema<Stage>("a stage")
                                 .text("name", &Stage::name, "what the stage is called")
                                 .required()
                                 .integer("cycles", &Stage::cycles, {1, 9}, "time in the stage");
  return schema;
}

const Schema<Core>& core_schema() {
  static const auto schema =
      Schema<Core>("a core")
          .integer("threads", &Core::threads, {1, 1024}, "hardware threads per pipeline")
          .quantity("bytes", &Core::bytes, Unit::Bytes, at_least(1), "size of the scratchpad")
          .choice("policy", &Core::policy, {"open", "closed"}, "page policy")
          .flag("coherent", &Core::coherent, "whether caches agree");
  return schema;
}

const Schema<Toy>& toy_schema() {
  static const auto schema =
      Schema<Toy>("a toy machine")
          .quantity("clock_ghz", &Toy::clock_ghz, Unit::Gigahertz, above(0), "core clock")
          .required()
          .quantity("capacity", &Toy::capacity, Unit::Bytes, at_least(0), "memory of the machine")
          .real("share", &Toy::share, within(0, 1), "part of the peak")
          .section("core", &Toy::core, core_schema())
          .list("stages", &Toy::stages, stage_schema(), "pipeline stages")
          .integers("sizes", &Toy::sizes, {1, 4096}, "interleave choices")
          .table("costs", &Toy::costs, {{"load", "slots of a load"}, {"store", "slots of a store"}},
                 at_least(0), "issue slots");
  return schema;
}

Toy read_toy(std::string_view text, Diagnostics& diagnostics) {
  return toy_schema().read(read_yaml_text(text, "toy.yaml", diagnostics), diagnostics);
}

std::vector<std::string> messages_of(std::string_view text) {
  Diagnostics diagnostics;
  read_toy(text, diagnostics);
  return diagnostics.messages();
}

TEST(Schema, ReadsEveryKindOfValueOverTheDefaults) {
  Diagnostics diagnostics;
  const Toy toy = read_toy(
      "clock_ghz: 980MHz\ncapacity: 4MiB\ncore: {threads: 32, bytes: 64KiB, policy: closed, "
      "coherent: true}\n"
      "stages: [{name: fetch, cycles: 2}, {name: issue}]\nsizes: [16]\ncosts: {store: 3}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_EQ(toy.clock_ghz, 0.98);
  EXPECT_EQ(toy.capacity, 4194304);
  EXPECT_EQ(toy.share, 0.5);
  EXPECT_EQ(toy.core.threads, 32);
  EXPECT_EQ(toy.core.bytes, 65536);
  EXPECT_EQ(toy.core.policy, Policy::Closed);
  EXPECT_TRUE(toy.core.coherent);
  ASSERT_EQ(toy.stages.size(), 2U);
  EXPECT_EQ(toy.stages[0].cycles, 2);
  EXPECT_EQ(toy.stages[1].name, "issue");
  EXPECT_THAT(toy.sizes, ElementsAre(16));
  EXPECT_THAT(toy.costs, ElementsAre(testing::Pair("load", 1), testing::Pair("store", 3)));
}

TEST(Schema, PlainNumbersAreAcceptedWhereTheKeyNamesTheUnit) {
  Diagnostics diagnostics;
  EXPECT_EQ(read_toy("clock_ghz: 2\ncore: {bytes: 100}\n", diagnostics).core.bytes, 100);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_THAT(
      messages_of("clock_ghz: 2\ncapacity: 100\n"),
      ElementsAre(
          "toy.yaml:2:11: capacity: expected a size of at least 0 B, such as 64KiB, found '100' "
          "(memory of the machine)"));
}

TEST(Schema, AllErrorsAreReportedAtOnce) {
  EXPECT_THAT(
      messages_of(
          "core:\n  threads: sixteen\n  thread: 4\n  policy: opne\n  coherent: yes\nshare: 2\n"),
      ElementsAre(
          "toy.yaml:2:12: core.threads: expected an integer in [1, 1024], found 'sixteen' "
          "(hardware "
          "threads per pipeline)",
          "toy.yaml:3:3: core.thread: unknown key 'thread'; did you mean 'threads'?",
          "toy.yaml:4:11: core.policy: expected one of open, closed, found 'opne'; did you mean "
          "'open'? (page policy)",
          "toy.yaml:5:13: core.coherent: expected true or false, found 'yes' (whether caches "
          "agree)",
          "toy.yaml:6:8: share: expected a number in [0, 1], found '2' (part of the peak)",
          "toy.yaml:1:1: missing key 'clock_ghz' (core clock)"));
}

TEST(Schema, QuantitiesNameTheirUnitAndAnExample) {
  EXPECT_THAT(messages_of("clock_ghz: 90ns\n"),
              ElementsAre("toy.yaml:1:12: clock_ghz: expected a frequency above 0 GHz, such as "
                          "1.98 or 1.98GHz, found "
                          "'90ns' (core clock)"));
  EXPECT_THAT(messages_of("clock_ghz: 0\n"),
              ElementsAre(HasSubstr(
                  "expected a frequency above 0 GHz, such as 1.98 or 1.98GHz, found '0'")));
}

TEST(Schema, WrongShapesAreNamed) {
  EXPECT_THAT(
      messages_of("clock_ghz: 1\ncore: 3\nstages: fetch\ncosts: [1]\n"),
      ElementsAre(
          "toy.yaml:2:7: core: expected a map with the keys threads, bytes, policy, coherent, "
          "found "
          "'3' (a core)",
          "toy.yaml:3:9: stages: expected a list, each item a map with the keys name, cycles, "
          "found "
          "'fetch' (pipeline stages)",
          "toy.yaml:4:8: costs: expected a map from names to numbers, found a list (issue slots)"));
}

TEST(Schema, DefectsInsideListsAndTablesHaveTheirOwnPaths) {
  EXPECT_THAT(
      messages_of(
          "clock_ghz: 1\nstages:\n  - {cycles: 10}\ncosts: {lod: 1, store: -1}\nsizes: [8, x]\n"),
      ElementsAre(
          "toy.yaml:3:14: stages[0].cycles: expected an integer in [1, 9], found '10' (time in the "
          "stage)",
          "toy.yaml:3:5: stages[0]: missing key 'name' (what the stage is called)",
          "toy.yaml:4:9: costs.lod: unknown key 'lod'; did you mean 'load'?",
          "toy.yaml:4:24: costs.store: expected a number of at least 0, found '-1' (slots of a "
          "store)",
          "toy.yaml:5:12: sizes[1]: expected an integer in [1, 4096], found 'x' (interleave "
          "choices)"));
}

TEST(Schema, SettingsAreCheckedLikeTheDocument) {
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text("clock_ghz: 1\n", "toy.yaml", diagnostics);
  const std::vector<std::string> settings = {"core.thread=32"};
  toy_schema().read(with_overrides(root, settings, diagnostics), diagnostics);
  EXPECT_THAT(
      diagnostics.messages(),
      ElementsAre(
          "--set core.thread=32: core.thread: unknown key 'thread'; did you mean 'threads'?"));
}

TEST(Schema, WritingGivesTheResolvedValueAndReadsBack) {
  Diagnostics diagnostics;
  const Toy toy = read_toy("clock_ghz: 1.5\ncapacity: 4MiB\nstages: [{name: x}]\n", diagnostics);
  const nlohmann::ordered_json json = toy_schema().write(toy);
  EXPECT_EQ(json.dump(),
            R"({"clock_ghz":1.5,"capacity":"4MiB","share":0.5,)"
            R"("core":{"threads":16,"bytes":4096,"policy":"open","coherent":false},)"
            R"("stages":[{"name":"x","cycles":1}],"sizes":[8,64],"costs":{"load":1,"store":2}})");
  const Toy again = read_toy(json.dump(), diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_EQ(toy_schema().write(again), json);
}

TEST(Schema, JsonSchemaFollowsTheDeclaration) {
  const nlohmann::ordered_json schema = toy_schema().json_schema();
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& threads = schema["properties"]["core"]["properties"]["threads"];
  EXPECT_EQ(
      threads.dump(),
      R"({"type":"integer","minimum":1,"maximum":1024,"description":"hardware threads per pipeline"})");
  EXPECT_EQ(schema["properties"]["core"]["properties"]["policy"]["enum"].dump(),
            R"(["open","closed"])");
  EXPECT_EQ(schema["properties"]["stages"]["items"]["required"].dump(), R"(["name"])");
  EXPECT_EQ(schema["anyOf"].dump(), R"([{"required":["extends"]},{"required":["clock_ghz"]}])");
}

TEST(Schema, ParameterTableHasOneRowForEachValue) {
  const std::string table = markdown_table(toy_schema().parameter_rows());
  EXPECT_THAT(
      table,
      HasSubstr(
          "| `clock_ghz` | a frequency above 0 GHz, such as 1.98 or 1.98GHz | required | core "
          "clock |\n"));
  EXPECT_THAT(
      table,
      HasSubstr(
          "| `core.threads` | an integer in [1, 1024] | 16 | hardware threads per pipeline |\n"));
  EXPECT_THAT(
      table,
      HasSubstr(
          "| `capacity` | a size of at least 0 B, such as 64KiB | 1KiB | memory of the machine "
          "|\n"));
  EXPECT_THAT(table,
              HasSubstr("| `costs.store` | a number of at least 0 | 2 | slots of a store |\n"));
}

}  // namespace
}  // namespace weft::base
