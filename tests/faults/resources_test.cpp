// SPDX-License-Identifier: Apache-2.0
// What the computer refuses: room on the disk, a folder to write into, memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sanitized.h"
#include "tests/support/sweep_command.h"

namespace weft {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using tests::Outcome;
namespace fs = std::filesystem;

constexpr const char* kSmallExperiment =
    "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v3]\n"
    "inputs: {a: {A: 'rmat:scale=6,edges=300,seed=1', B: A^T}}\n";

class Resources : public tests::SweepCommand {
 protected:
  /// How many files lie in a folder.
  auto files_in(const std::string& name) const {
    return std::distance(fs::directory_iterator(folder_ / name), fs::directory_iterator());
  }
};

TEST_F(Resources, AFileThatMayNotGrowIsAnErrorAndLeavesNone) {
  write("x.yaml", kSmallExperiment);
  // Of 512 bytes: nothing, not even the message; no results; results, but no report.
  for (const char* blocks : {"0", "8", "64"}) {
    const Outcome run = weft("run x.yaml -o made", std::string("ulimit -f ") + blocks + " && ");
    EXPECT_EQ(run.status, 2) << blocks << run.err;
    if (fs::exists(folder_ / "made")) {
      for (const auto& file : fs::directory_iterator(folder_ / "made")) {
        EXPECT_THAT(tests::text_of(file.path()), testing::EndsWith("}\n")) << "a part of a file";
      }
    }
  }
  EXPECT_EQ(weft("run x.yaml -o made").status, 0);
  EXPECT_EQ(files_in("made"), 2);
}

TEST_F(Resources, ASweepThatRanOutOfRoomGoesOn) {
  const std::vector<std::string> whole = undisturbed();
  for (const char* blocks : {"1", "40", "100", "200"}) {  // of 512 bytes
    const Outcome full =
        weft("sweep s.yaml -o full.sqlite", std::string("ulimit -f ") + blocks + " && ");
    EXPECT_EQ(full.status, 2) << blocks << full.err;
    EXPECT_THAT(full.err, HasSubstr("full.sqlite: ")) << blocks;
  }
  EXPECT_EQ(weft("sweep s.yaml -o full.sqlite").status, 0);
  EXPECT_EQ(rows("full.sqlite"), whole);
}

TEST_F(Resources, AFolderThatMayNotBeWrittenIsNamed) {
  write("x.yaml", kSmallExperiment);
  write("s.yaml", tests::kSweep);
  fs::create_directory(folder_ / "shut");
  fs::permissions(folder_ / "shut", fs::perms::owner_read | fs::perms::owner_exec);
  // Root may write anywhere, unless it gives up that right.
  const char* const before = geteuid() == 0 ? "setpriv --bounding-set -dac_override" : "";
  for (const char* command :
       {"run x.yaml -o shut", "run x.yaml -o shut/made", "sweep s.yaml -o shut/s.sqlite",
        "simulate -k smash_v3 -m piuma-smash -i A=rmat:scale=5,edges=60,seed=1 -i B=A^T "
        "--json shut/s.json"}) {
    const Outcome outcome = weft(command, before);
    EXPECT_EQ(outcome.status, 2) << command << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("shut/")) << command;
    EXPECT_THAT(outcome.err,
                AnyOf(HasSubstr("Permission denied"), HasSubstr("unable to open database file")))
        << command;
  }
  EXPECT_EQ(files_in("shut"), 0);
}

TEST_F(Resources, NothingIsWrittenOutsideOfTheFolderOfResults) {
  fs::create_directory(folder_ / "lab");
  write("lab/x.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v3]\n"
        "inputs: {a/../../../../escaped: {A: 'rmat:scale=5,edges=60,seed=1', B: A^T}}\n");
  EXPECT_EQ(weft("run lab/x.yaml -o lab/made --timelines").status, 0);
  EXPECT_EQ(files_in("lab"), 2) << "the experiment and its results";
  EXPECT_EQ(files_in("lab/made"), 3);
  EXPECT_EQ(files_in("lab/made/timelines"), 1);
}

TEST_F(Resources, AMemoryLimitIsAnErrorOfItsRow) {
  if (tests::kSanitized) GTEST_SKIP() << "the sanitizer maps terabytes";
  write("x.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v3]\n"
        "inputs: {large: {A: 'rmat:scale=20,edges=30000000,seed=1', B: A^T},\n"
        "         small: {A: 'rmat:scale=5,edges=60,seed=1', B: A^T}}\n");
  const Outcome run =
      weft("run x.yaml -o made -j 1", "export OPENBLAS_NUM_THREADS=1; ulimit -v 400000 && ");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("out of memory"));
  EXPECT_THAT(run.out, HasSubstr("small"));
}

}  // namespace
}  // namespace weft
