// SPDX-License-Identifier: Apache-2.0
// Sweeps as their users run them: whole, in parts, together, killed in the middle.
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/sanitized.h"
#include "tests/support/sweep_command.h"

namespace weft {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::kPoints;
using tests::kSweep;
using tests::Outcome;

class SweepCommand : public tests::SweepCommand {
 protected:
  void change(const std::string& name, const std::string& command) const {
    cli::sweep::Sqlite(folder_ / name, cli::sweep::Sqlite::Mode::Read).run(command);
  }
};

TEST_F(SweepCommand, EveryPointIsARow) {
  const std::vector<std::string> whole = undisturbed();
  EXPECT_EQ(whole.size(), kPoints);
  EXPECT_EQ(count("whole.sqlite", "status='ok'"), static_cast<int64_t>(kPoints));
  EXPECT_EQ(count("whole.sqlite", "result LIKE '%wall_s%'"), 0) << "the deterministic part only";
  const Outcome show = weft("sweep show whole.sqlite --json -");
  const auto json = nlohmann::json::parse(show.out);
  EXPECT_EQ(json.at("points").at("ok"), kPoints);
  EXPECT_FALSE(json.at("front").empty());
  EXPECT_EQ(json.at("sensitivity").size(), 9U) << "three axes, three objectives";
}

TEST_F(SweepCommand, OnlyWhatIsNewIsComputed) {
  undisturbed();
  // A mark that a computation would wipe away.
  change("whole.sqlite", "UPDATE points SET result=json_set(result, '$.mark', 1)");
  write("s.yaml", std::string(kSweep) + "about: nothing new\n");
  EXPECT_EQ(weft("sweep s.yaml -o whole.sqlite").status, 0);
  EXPECT_EQ(count("whole.sqlite", "result LIKE '%\"mark\"%'"), static_cast<int64_t>(kPoints));
  std::string more = kSweep;
  more.replace(more.find("[1, 2, 3]"), 9, "[2, 3, 4]");
  write("s.yaml", more);
  const Outcome outcome = weft("sweep s.yaml -o whole.sqlite");
  EXPECT_THAT(outcome.out, HasSubstr("24 points: 24 done"));
  EXPECT_EQ(count("whole.sqlite", "result LIKE '%\"mark\"%'"), static_cast<int64_t>(kPoints));
}

TEST_F(SweepCommand, AKilledSweepGoesOnToTheSameRows) {
  const std::vector<std::string> whole = undisturbed();
  for (const std::string delay : {"0.05", "0.15", "0.3", "0.45"}) {
    if (tests::kSanitized && (delay == "0.05" || delay == "0.3")) continue;  // two do
    const std::string name = "killed" + delay + ".sqlite";
    const std::string before = "timeout -s KILL " + delay;
    weft("sweep s.yaml -j 1 -o " + name, before);
    const bool exists = std::filesystem::exists(folder_ / name);
    const Outcome again = weft("sweep s.yaml -j 2 -o " + name + (exists ? " --resume" : ""));
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(rows(name), whole) << delay;
  }
}

TEST_F(SweepCommand, CtrlCKeepsWhatIsDone) {
  const std::vector<std::string> whole = undisturbed();
  int interrupted = 0;
  for (const char* delay :
       {"0.03", "0.1", "0.3"}) {  // quick and slow hosts are in the middle of it
    const std::string name = std::string("stopped") + delay + ".sqlite";
    const Outcome stopped =
        weft("sweep s.yaml -j 1 -o " + name, std::string("timeout -s INT ") + delay);
    EXPECT_THAT(stopped.status, testing::AnyOf(0, 124, 130)) << stopped.err;
    interrupted += stopped.status == 0 ? 0 : 1;
    const bool exists = std::filesystem::exists(folder_ / name);
    if (exists) {
      EXPECT_EQ(count(name, "status NOT IN ('ok', 'pending')"), 0) << "a point is spoilt";
    }
    EXPECT_EQ(weft("sweep s.yaml -o " + name + (exists ? " --resume" : "")).status, 0);
    EXPECT_EQ(rows(name), whole) << delay;
  }
  EXPECT_GT(interrupted, 0);
}

TEST_F(SweepCommand, ShardsMergeToTheWhole) {
  const std::vector<std::string> whole = undisturbed();
  size_t sum = 0;
  for (const char* shard : {"1", "2", "3"}) {
    const std::string part = std::string("part") + shard + ".sqlite";
    EXPECT_EQ(weft(std::string("sweep s.yaml --shard ") + shard + "/3 -o " + part).status, 0);
    sum += rows(part).size();
  }
  EXPECT_EQ(sum, kPoints);
  EXPECT_EQ(weft("sweep merge part1.sqlite part2.sqlite part3.sqlite -o all.sqlite").status, 0);
  EXPECT_EQ(rows("all.sqlite"), whole);
  EXPECT_EQ(weft("sweep s.yaml --shard 0/3 -o zero.sqlite").status, 0);
  EXPECT_EQ(rows("zero.sqlite"), rows("part3.sqlite")) << "arrays may count from 0";
  EXPECT_THAT(weft("sweep s.yaml --shard 4/3").err, HasSubstr("--shard: expected I/N"));
}

TEST_F(SweepCommand, RanksShareOneFile) {
  const std::vector<std::string> whole = undisturbed();
  // What mpirun would set; one rank is killed in the middle, and the other takes up its points.
  const std::string size = "env OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=";
  const std::string line = "cd '" + folder_.string() + "' && " + size + "1 timeout -s KILL 0.2 '" +
                           WEFT_BINARY + "' sweep s.yaml -o r.sqlite >rank1 2>&1";
  std::future<int> other =
      std::async(std::launch::async, [&] { return std::system(line.c_str()); });
  const Outcome leader = weft("sweep s.yaml -o r.sqlite", size + "0");
  other.wait();  // a host that is quick enough may let it end by itself
  EXPECT_EQ(leader.status, 0) << leader.err;
  EXPECT_EQ(rows("r.sqlite"), whole);
  EXPECT_THAT(tests::text_of(folder_ / "rank1"), Not(HasSubstr("points"))) << "one rank reports";
}

TEST_F(SweepCommand, MpirunSharesIt) {
  if (std::system("command -v mpirun >/dev/null") != 0) GTEST_SKIP() << "mpirun is not installed";
  const std::vector<std::string> whole = undisturbed();
  const Outcome outcome =
      weft("sweep s.yaml -o m.sqlite", "mpirun --allow-run-as-root --oversubscribe -n 2");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(rows("m.sqlite"), whole);
  EXPECT_THAT(outcome.out, HasSubstr("18 points: 18 done"));
}

TEST_F(SweepCommand, AFailedPointIsARowWithItsError) {
  write("s.yaml",
        "sweep: 1\nname: s\nmachine: piuma-smash\nkernel: smash_v3\n"
        "inputs: {A: 'rmat:scale=${scale},edges=900,seed=1'}\n"
        "axes: {machine.core.mtc.threads: [16, 8], scale: [7, 99]}\n");
  const Outcome outcome = weft("sweep s.yaml -o s.sqlite");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("4 points: 2 done, 2 failed"));
  EXPECT_EQ(count("s.sqlite", "status='failed' AND json_extract(result, '$.error')<>''"), 2);
  EXPECT_EQ(weft("check s.yaml").status, 2);
  EXPECT_THAT(weft("check s.yaml").err, HasSubstr("s.yaml:5:13: rmat: scale: expected"));
}

TEST_F(SweepCommand, ValuesThatNoMachineTakesAreToldAtTheirPlaceBeforeAnythingRuns) {
  write("s.yaml",
        "sweep: 1\nname: s\nmachine: {machine: piuma-smash, set: {clock_ghs: 2}}\n"
        "kernel: smash_v3\ninputs: {A: 'rmat:scale=7,edges=900,seed=1'}\n"
        "axes:\n  machine.core.mtc.threads: [16, 99999]\n  machine.memory.latncy_ns: [90]\n");
  for (const char* command : {"check s.yaml", "sweep s.yaml -o s.sqlite"}) {
    const Outcome outcome = weft(command);
    EXPECT_EQ(outcome.status, 2) << command;
    EXPECT_THAT(outcome.err, HasSubstr("s.yaml:3:50: clock_ghs: unknown key 'clock_ghs'; did you "
                                       "mean 'clock_ghz'?\n"));
    EXPECT_THAT(outcome.err, HasSubstr("s.yaml:7:3: core.mtc.threads: expected an integer in"));
    EXPECT_THAT(outcome.err, HasSubstr("s.yaml:8:3: memory.latncy_ns: unknown key 'latncy_ns'; "
                                       "did you mean 'latency_ns'?\n"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "s.sqlite"));
  }
}

TEST_F(SweepCommand, AFolderIsNoFileOfPoints) {
  write("s.yaml",
        "sweep: 1\nname: s\nmachine: piuma-smash\nkernel: smash_v3\n"
        "inputs: {A: 'rmat:scale=6,edges=90,seed=1'}\naxes: {machine.core.mtc.threads: [16]}\n");
  const Outcome outcome = weft("sweep s.yaml -o .");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err, ".: expected the name of an SQLite file to write, found a directory\n");
}

TEST_F(SweepCommand, APointThatTakesTooLongIsCutOff) {
  write("s.yaml",
        "sweep: 1\nname: s\nmachine: piuma-smash\nkernel: smash_v3\ntimeout_s: 4\n"
        "inputs: {A: 'uniform:rows=${2^scale},cols=${2^scale},nnz=${4^scale / 16},seed=1'}\n"
        "axes: {scale: [6, 13]}\n");
  const Outcome outcome = weft("sweep s.yaml -o s.sqlite");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(count("s.sqlite", "status='timeout' AND result LIKE '%longer than 4 s%'"), 1);
  EXPECT_EQ(count("s.sqlite", "status='ok'"), 1);
}

TEST_F(SweepCommand, MistakesAreSaidBeforeAnythingRuns) {
  write("s.yaml", "sweep: 1\nname: s\nmachine: piuma-smsh\nkernel: smash_v3\naxes: {seed: [1]}\n");
  const Outcome unused = weft("sweep s.yaml -o s.sqlite");
  EXPECT_EQ(unused.status, 2);
  EXPECT_THAT(unused.err, HasSubstr("found 'seed'"));
  write("s.yaml",
        "sweep: 1\nname: s\nmachine: piuma-smsh\nkernel: smash_v3\naxes: {param.x: [1]}\n");
  const Outcome outcome = weft("sweep s.yaml -o s.sqlite");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'piuma-smash'?"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "s.sqlite"));
  EXPECT_THAT(weft("sweep s.yaml -o none.sqlite --resume").err, Not(IsEmpty()));
  EXPECT_THAT(weft("sweep").err, HasSubstr("SWEEP is required"));
  EXPECT_THAT(weft("sweep show s.yaml").err, HasSubstr("s.yaml: expected an SQLite database"));
  EXPECT_THAT(weft("sweep merge a.sqlite -o b.sqlite").err, HasSubstr("a.sqlite: no such file"));
}

}  // namespace
}  // namespace weft
