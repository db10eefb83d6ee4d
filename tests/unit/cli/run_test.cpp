// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cli/json_check.h"
#include "cli/schema.h"
#include "cli/summary.h"
#include "tests/unit/cli/fixtures.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;

std::vector<std::string> messages_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::UserError& error) {
    return error.messages();
  }
  return {};
}

std::vector<std::string> errors_of(const Json& document) {
  return messages_of([&] { read_run_file(document, "r.json"); });
}

TEST(ResultSchema, AcceptsTheFixtures) {
  EXPECT_THAT(errors_of(result_fixture("smash_v1", 0.004)), ElementsAre());
  EXPECT_THAT(errors_of(reference_fixture(0.001)), ElementsAre());
  EXPECT_THAT(errors_of(experiment_fixture()), ElementsAre());
}

TEST(ResultSchema, MissesEveryFieldThatIsTakenAway) {
  const Json whole = result_fixture("smash_v1", 0.004);
  for (const auto& [key, value] : whole.items()) {
    if (key == "schema" || key == "configuration") continue;  // what it is; optional
    Json less = whole;
    less.erase(key);
    EXPECT_THAT(errors_of(less),
                ElementsAre("r.json: " + key + ": expected this key, found nothing"));
    if (!value.is_object() || key == "mapping" || key == "memory" || key == "stalls" ||
        key == "energy_j")
      continue;
    for (const auto& [inner, unused] : value.items()) {
      if (inner == "memory_floor_s" || inner == "issue_floor_s") continue;  // of one mapping
      Json lesser = whole;
      lesser[key].erase(inner);
      EXPECT_THAT(errors_of(lesser), ElementsAre("r.json: " + key + "." + inner +
                                                 ": expected this key, found nothing"));
    }
  }
}

TEST(ResultSchema, NamesTheFieldOfAWrongType) {
  Json wrong = result_fixture("smash_v1", 0.004);
  wrong["time_s"] = "fast";
  wrong["inputs"][1]["rows"] = -4;
  wrong["stalls"]["busy"] = true;
  wrong["phases"][0]["name"] = nullptr;
  EXPECT_THAT(errors_of(wrong),
              ElementsAre("r.json: inputs[1].rows: expected a number of at least 0, found -4",
                          "r.json: time_s: expected a number, found \"fast\"",
                          "r.json: stalls.busy: expected a number or a null, found true",
                          "r.json: phases[0].name: expected a string, found null"));
}

TEST(ResultSchema, NamesTheEntryOfAnExperiment) {
  Json wrong = experiment_fixture();
  wrong["results"][1].erase("gflops");
  EXPECT_THAT(errors_of(wrong),
              ElementsAre("r.json: results[1]: gflops: expected this key, found nothing"));
}

TEST(ResultSchema, RefusesOtherDocuments) {
  EXPECT_THAT(errors_of(Json::array()),
              ElementsAre("r.json: schema: expected \"weft.result/1\", \"weft.reference/1\" or "
                          "\"weft.experiment/1\", found array"));
  EXPECT_THAT(errors_of({{"schema", "weft.result/2"}}),
              ElementsAre("r.json: schema: expected \"weft.result/1\", \"weft.reference/1\" or "
                          "\"weft.experiment/1\", "
                          "found \"weft.result/2\""));
}

TEST(JsonCheck, KnowsConstantsAndChoices) {
  base::Diagnostics diagnostics;
  const Json schema = {
      {"properties", {{"kind", {{"const", 1}}}, {"target", {{"enum", {"cpu", "cuda"}}}}}}};
  check_json({{"kind", 2}, {"target", "tpu"}}, schema, "x.json", diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("x.json: kind: expected 1, found 2",
                          "x.json: target: expected one of [\"cpu\",\"cuda\"], found \"tpu\""));
}

TEST(Run, ReadsWhatTablesNeed) {
  const auto run = read_run_file(result_fixture("smash_v2", 0.002), "r.json").runs.at(0);
  EXPECT_EQ(run.title(), "smash_v2 on piuma-smash");
  EXPECT_EQ(run.dram_bytes, 12e6);
  EXPECT_EQ(run.bound_by, "dram");
  EXPECT_EQ(run.verified, true);
  EXPECT_EQ(run.memory.at(1).name, "dram");
  EXPECT_EQ(run.stalls.at(1).name, "memory");
  EXPECT_EQ(run.by_source.at(0).line, 7);
  EXPECT_EQ(run.inputs.at(0).nnz, 49000);
}

TEST(Run, NullIsUndefined) {
  Json json = result_fixture("smash_v2", 0.002);
  json["issue"]["ipc"] = nullptr;
  EXPECT_TRUE(std::isnan(read_run_file(json, "r.json").runs.at(0).ipc));
}

TEST(Summary, SpeedupsAreAgainstTheNativeRunAndTheFirst) {
  const auto runs = read_run_file(experiment_fixture(), "results.json").runs;
  ASSERT_EQ(runs.size(), 4U);
  EXPECT_DOUBLE_EQ(speedup_over(native_of(runs, runs[1]), runs[1]), 0.5);
  EXPECT_DOUBLE_EQ(speedup_over(first_of(runs, runs[1]), runs[1]), 2.0);
  EXPECT_EQ(first_of(runs, runs[3]), nullptr);
  EXPECT_EQ(summary_table(runs).str(false),
            "input   kernel    machine         time  vs native  vs first  GB/s    DRAM  IPC  bound "
            "by  verified\n"
            "------  --------  -----------  -------  ---------  --------  ----  ------  ---  "
            "--------  ---------\n"
            "rmat12  smash_v1  piuma-smash  4.00 ms      0.25x     1.00x     3  52.6 %  2.5  dram  "
            "    yes\n"
            "rmat12  smash_v2  piuma-smash  2.00 ms      0.50x     2.00x     3  52.6 %  2.5  dram  "
            "    yes\n"
            "rmat12  smash_v3  piuma-smash        -          -         -     -       -    -  -     "
            "    no result\n"
            "rmat12  spgemm    Test CPU     1.00 ms      1.00x         -     -       -    -  -     "
            "    yes\n");
  EXPECT_THAT(failures(runs),
              ElementsAre("smash_v3 on piuma-smash, rmat12: the worker was ended by Killed"));
}

TEST(Summary, DescribesARunWithoutItsUndefinedNumbers) {
  Json json = result_fixture("smash_v2", 0.002);
  json["occupancy"]["achieved"] = nullptr;
  const std::string text = describe(read_run_file(json, "r.json").runs.at(0));
  EXPECT_THAT(text,
              testing::HasSubstr("bound by      dram\n"
                                 "floors        600 us to move its bytes, 400 us to issue its "
                                 "instructions, 500 us under any mapping (50.0 % attained)\n"));
  EXPECT_THAT(text,
              testing::HasSubstr(
                  "stalls        busy 40.0 %, memory 35.0 %, atomic 15.0 %, barrier 10.0 %\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("occupancy")));
}

}  // namespace

}  // namespace weft::cli
