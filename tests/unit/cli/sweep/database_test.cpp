// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/database.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/sweep/owner.h"

namespace weft::cli::sweep {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path file(const std::string& name) const { return folder_ / name; }

  static std::vector<Point> points(const std::vector<std::string>& ids) {
    std::vector<Point> points;
    for (const std::string& id : ids) points.push_back({id, {{"a", id}}, {}, ""});
    return points;
  }

  const Json description_ = {{"sweep", "t"}, {"axes", {"a"}}};
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("weft_database_" + std::to_string(getpid()));
};

TEST_F(DatabaseTest, EachPointIsClaimedOnceAndKeepsItsResult) {
  Database database(file("t.sqlite"), Database::Sharing::OneHost);
  database.add(points({"x", "y"}), description_);
  EXPECT_EQ(database.claim(), "x");
  EXPECT_EQ(database.claim(), "y");
  EXPECT_EQ(database.claim(), std::nullopt);
  database.finish("x", Status::Ok, {{"time_s", 1}, {"simulator", {{"wall_s", 3}}}});
  database.finish("y", Status::Timeout, {{"error", "late"}});
  database.add(points({"x", "y", "z"}), description_);
  EXPECT_EQ(database.claim(), "z") << "what is done is not done again";
  const Counts counts = database.counts();
  EXPECT_EQ(counts.ok, 1U);
  EXPECT_EQ(counts.timeout, 1U);
  EXPECT_EQ(counts.pending, 1U);
  const Records records = read_records(file("t.sqlite"));
  EXPECT_EQ(records.rows[0].result, Json({{"time_s", 1}})) << "without the host's speed";
  database.retry();
  EXPECT_EQ(database.claim(), "y");
}

TEST_F(DatabaseTest, ClaimsOfTheDeadAreFree) {
  Database database(file("t.sqlite"), Database::Sharing::Cluster);
  database.add(points({"x"}), description_);
  Sqlite other(file("t.sqlite"), Sqlite::Mode::Create);
  const auto claim_as = [&](const std::string& owner, double until_s) {
    other.run("DELETE FROM claims");
    other.prepare("INSERT INTO claims VALUES ('x', ?1, ?2)").bind(1, owner).bind(2, until_s).run();
  };
  const double now_s =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  claim_as("elsewhere 1 1", now_s + 60);
  EXPECT_EQ(database.claim(), std::nullopt) << "another host's, and not run out";
  claim_as("elsewhere 1 1", 1);
  EXPECT_EQ(database.claim(), "x") << "run out";
  claim_as("elsewhere 1 1", now_s + 3600);
  EXPECT_EQ(database.claim(), "x") << "of an hour that the clock has gone back";
  claim_as(this_process(), 1);
  EXPECT_EQ(database.claim(), std::nullopt) << "its own, though the clock leapt past its end";
  std::string dead = this_process();
  dead.back() = dead.back() == '1' ? '2' : '1';  // an earlier process of the same number
  claim_as(dead, now_s + 60);
  EXPECT_EQ(database.claim(), "x");
  database.release();
  EXPECT_EQ(database.claim(), "x");
}

TEST_F(DatabaseTest, APointThatCannotBeReadIsARowWithItsError) {
  Database database(file("t.sqlite"), Database::Sharing::OneHost);
  database.add({{"x", {{"a", 1}}, {}, "m.yaml:1:1: no"}}, description_);
  EXPECT_EQ(database.claim(), std::nullopt);
  EXPECT_EQ(read_records(file("t.sqlite")).rows[0].result["error"], "m.yaml:1:1: no");
}

TEST_F(DatabaseTest, PointsOfASweepOfOtherInputsAreKeptApart) {
  Json first = description_, second = description_;
  first["base"] = "inputs of scale 5";
  second["base"] = "inputs of scale 6";
  Database database(file("t.sqlite"), Database::Sharing::OneHost);
  database.add(points({"x", "y"}), first);
  database.add(points({"z"}), second);
  EXPECT_EQ(read_records(file("t.sqlite")).rows.size(), 1U);
  database.add(points({"x", "y"}), first);
  EXPECT_EQ(read_records(file("t.sqlite")).rows.size(), 2U);
}

TEST_F(DatabaseTest, MergingTakesWhatIsDone) {
  for (const char* part : {"1", "2"}) {
    Database database(file(part), Database::Sharing::OneHost);
    database.add(points({"x", "y"}), description_);
    database.finish(part[0] == '1' ? "x" : "y", Status::Ok, {{"time_s", 1}});
  }
  merge({file("1"), file("2")}, file("whole"));
  const Records records = read_records(file("whole"));
  ASSERT_EQ(records.rows.size(), 2U);
  EXPECT_EQ(records.rows[0].status, Status::Ok);
  EXPECT_EQ(records.rows[1].status, Status::Ok);
}

TEST_F(DatabaseTest, MergingRefusesWhatDoesNotFit) {
  int time = 0;
  for (const char* part : {"1", "2"}) {
    Database database(file(part), Database::Sharing::OneHost);
    database.add(points({"x"}), description_);
    database.finish("x", Status::Ok, {{"time_s", ++time}});
  }
  Database(file("3"), Database::Sharing::OneHost).add({}, {{"sweep", "other"}, {"axes", {"b"}}});
  nlohmann::ordered_json other = description_;
  other["axes"] = {"another"};
  Database(file("6"), Database::Sharing::OneHost).add({}, other);
  std::ofstream(file("4")) << "no database, but long enough to be one";
  const auto error_of = [&](const char* second) -> std::string {
    try {
      merge({file("1"), file(second)}, file("whole"));
    } catch (const base::UserError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(error_of("2"), HasSubstr("point x has another result"));
  EXPECT_THAT(error_of("3"), HasSubstr("expected the sweep of the files before"));
  EXPECT_THAT(error_of("6"), HasSubstr("expected the sweep of the files before"));
  EXPECT_THAT(error_of("4"), HasSubstr("expected an SQLite database"));
  EXPECT_THAT(error_of("5"), HasSubstr("no such file"));
  EXPECT_FALSE(std::filesystem::exists(file("whole"))) << "all or nothing";
}

}  // namespace
}  // namespace weft::cli::sweep
