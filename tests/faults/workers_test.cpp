// SPDX-License-Identifier: Apache-2.0
// Workers that crash, stop or share their file, and clocks that go back.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/sweep_command.h"
#include "tests/support/weft_process.h"

namespace weft {
namespace {

using testing::HasSubstr;
using tests::Outcome;

/// Two points, of which the second takes long enough to be caught at work.
constexpr const char* kTwoPoints =
    "sweep: 1\nname: two\nmachine: piuma-smash\nkernel: smash_v3\n"
    "inputs: {A: 'rmat:scale=${scale},edges=${2^scale * 16},seed=1'}\naxes: {scale: [6, 12]}\n";

class Workers : public tests::SweepCommand {
 protected:
  /// What a run of kTwoPoints leaves that nothing disturbed.
  std::vector<std::string> two_points() const {
    write("s.yaml", kTwoPoints);
    EXPECT_EQ(weft("sweep s.yaml -o whole.sqlite").status, 0);
    return rows("whole.sqlite");
  }

  /// Runs kTwoPoints, and sends the signal to the worker of the second.
  int disturbed(const std::string& name, int signal) const {
    tests::Process sweep(folder_, "log", {"sweep", "s.yaml", "-j", "1", "-o", name});
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!is_sweep(name) || count(name, "status<>'pending'") == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (std::chrono::steady_clock::now() > give_up) break;
    }
    const pid_t worker = sweep.child();
    EXPECT_NE(worker, 0);
    if (worker != 0) kill(worker, signal);
    return sweep.wait();
  }
};

TEST_F(Workers, OneThatCrashesCostsItsPointUntilTheSweepGoesOn) {
  const std::vector<std::string> whole = two_points();
  // Not SIGSEGV, which AddressSanitizer makes an exit of.
  EXPECT_EQ(disturbed("crashed.sqlite", SIGABRT), 0);
  EXPECT_EQ(count("crashed.sqlite", "status='failed' AND result LIKE '%ended by Aborted%'"), 1);
  EXPECT_EQ(weft("sweep s.yaml --resume -o crashed.sqlite").status, 0);
  EXPECT_EQ(rows("crashed.sqlite"), whole);
}

TEST_F(Workers, OneThatIsStoppedIsCutOffAndItsPointDoneLater) {
  const std::vector<std::string> whole = two_points();
  write("s.yaml", std::string(kTwoPoints) + "timeout_s: 4\n");
  EXPECT_EQ(disturbed("stopped.sqlite", SIGSTOP), 0);
  EXPECT_EQ(count("stopped.sqlite", "status='timeout' AND result LIKE '%longer than 4 s%'"), 1);
  write("s.yaml", kTwoPoints);
  EXPECT_EQ(weft("sweep s.yaml --resume -o stopped.sqlite").status, 0);
  EXPECT_EQ(rows("stopped.sqlite"), whole);
}

TEST_F(Workers, AnExperimentCutsOffWhatTakesTooLong) {
  write("x.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v1]\ntimeout_s: 4\n"
        "inputs: {short: {A: 'rmat:scale=5,edges=60,seed=1', B: A^T},\n"
        "         long: {A: 'rmat:scale=15,edges=700000,seed=1', B: A^T}}\n");
  const Outcome run = weft("run x.yaml -o made -j 1");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("took longer than 4 s"));
  const auto json = nlohmann::json::parse(tests::text_of(folder_ / "made" / "results.json"));
  EXPECT_EQ(json.at("results").at(0).at("status"), "ok");
  EXPECT_EQ(json.at("results").at(1).at("status"), "failed");
}

TEST_F(Workers, TwoProcessesShareOneSweep) {
  const std::vector<std::string> whole = undisturbed();
  tests::Process first(folder_, "first", {"sweep", "s.yaml", "-j", "1", "-o", "both.sqlite"});
  tests::Process second(folder_, "second", {"sweep", "s.yaml", "-j", "1", "-o", "both.sqlite"});
  EXPECT_EQ(first.wait(), 0) << tests::text_of(folder_ / "first");
  EXPECT_EQ(second.wait(), 0) << tests::text_of(folder_ / "second");
  EXPECT_EQ(rows("both.sqlite"), whole);
}

TEST_F(Workers, TwoRunsIntoOneFolderLeaveTheWholeFilesOfOne) {
  write("x.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v1, smash_v3]\n"
        "inputs: {a: {A: 'rmat:scale=6,edges=300,seed=1', B: A^T}}\n");
  tests::Process first(folder_, "first", {"run", "x.yaml", "-o", "made"});
  tests::Process second(folder_, "second", {"run", "x.yaml", "-o", "made"});
  EXPECT_EQ(first.wait(), 0) << tests::text_of(folder_ / "first");
  EXPECT_EQ(second.wait(), 0) << tests::text_of(folder_ / "second");
  const auto json = nlohmann::json::parse(tests::text_of(folder_ / "made" / "results.json"));
  EXPECT_EQ(json.at("complete"), true);
  EXPECT_EQ(json.at("results").size(), 2U);
  const std::filesystem::directory_iterator files(folder_ / "made");
  EXPECT_EQ(std::distance(begin(files), end(files)), 2) << "no temporary file is left";
}

/// Files in shared memory by which LLVM's OpenMP knows its processes: those of dead ones.
std::set<std::string> left_in_shared_memory() {
  const std::string head = "__KMP_REGISTERED_LIB_";
  std::set<std::string> left;
  if (!std::filesystem::exists("/dev/shm")) return left;
  for (const auto& file : std::filesystem::directory_iterator("/dev/shm")) {
    const std::string name = file.path().filename();
    if (!name.starts_with(head)) continue;
    const bool alive =
        std::filesystem::exists("/proc/" + std::to_string(std::stol(name.substr(head.size()))));
    // Between the two looks its process may have ended and removed it.
    if (!alive && std::filesystem::exists(file.path())) left.insert(name);
  }
  return left;
}

TEST_F(Workers, NoneLeavesAnythingInSharedMemory) {
  const std::set<std::string> before = left_in_shared_memory();
  write("x.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v1, spmv]\n"
        "inputs: {a: {A: 'rmat:scale=8,edges=900,seed=1'}}\nreferences: [cpu]\n");
  EXPECT_EQ(weft("run x.yaml -o made").status, 0);
  undisturbed();
  std::vector<std::string> more;
  std::ranges::set_difference(left_in_shared_memory(), before, std::back_inserter(more));
  EXPECT_THAT(more, testing::IsEmpty());
}

TEST_F(Workers, AClockThatGoesBackChangesNothing) {
  const std::vector<std::string> whole = undisturbed();
  // The sanitizers want to be loaded first.
  const std::string clock =
      "env LD_PRELOAD='" WEFT_BACKWARD_CLOCK "' ASAN_OPTIONS=verify_asan_link_order=0";
  const Outcome sweep = weft("sweep s.yaml -j 2 -o back.sqlite", clock);
  EXPECT_EQ(sweep.status, 0) << sweep.err;
  EXPECT_EQ(rows("back.sqlite"), whole);
  EXPECT_EQ(weft("sweep s.yaml -o back.sqlite --resume", clock).status, 0);
  EXPECT_EQ(rows("back.sqlite"), whole);
}

}  // namespace
}  // namespace weft
