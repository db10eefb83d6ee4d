// SPDX-License-Identifier: Apache-2.0
// Runs and sweeps that are killed at 50 moments each: what was done is kept, and going on ends with
// the results of a run that nothing disturbed.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/sanitized.h"
#include "tests/support/sweep_command.h"
#include "tests/support/weft_process.h"

namespace weft {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;
using Arguments = std::vector<std::string>;

constexpr int kKills = tests::kSanitized ? 5 : 50;
constexpr int kMostTries = 5 * kKills;  // one that ends before its moment is no kill
constexpr const char* kExperiment =
    "experiment: 1\nname: small\nmachines: [piuma-smash]\n"
    "kernels: [smash_v1, smash_v2, smash_v3, spgemm_row_hash]\ninputs:\n"
    "  one: {A: 'rmat:scale=6,edges=300,seed=1', B: A^T}\n"
    "  two: {A: 'rmat:scale=6,edges=300,seed=2', B: A^T}\n";

class Killed : public tests::SweepCommand {
 protected:
  /// Kills the command at kKills moments, drawn over the time that it takes by itself, and has
  /// `look` see what each leaves.
  void kill_often(const std::function<Arguments(int)>& arguments,
                  const std::function<void(bool)>& look) const {
    std::mt19937 random(20261123);
    std::uniform_real_distribution<double> fraction(0, 1);
    std::chrono::duration<double> whole{10};
    int killed = 0;
    for (int i = 0; killed < kKills && i < kMostTries; ++i) {
      const Clock::time_point begin = Clock::now();
      tests::Process process(folder_, "log", arguments(i));
      // The first, undisturbed, says how long it takes here; a quiet host later says less.
      if (i > 0) {
        std::this_thread::sleep_for(whole * fraction(random));
        process.signal(SIGKILL);
      }
      const bool ended = process.wait() == 0;
      if (ended) whole = std::min(whole, std::chrono::duration<double>(Clock::now() - begin));
      killed += ended ? 0 : 1;
      look(ended);
      if (HasFailure()) return;
    }
    EXPECT_EQ(killed, kKills);
  }

  /// What a file of results says of each run, without the speed of the host.
  static std::map<std::string, std::string> runs_of(const std::filesystem::path& file) {
    std::map<std::string, std::string> runs;
    const Json document = Json::parse(tests::text_of(file));
    for (Json run : document.at("results")) {
      run.erase("simulator");
      runs[run.at("kernel").get<std::string>() + " " + run.at("input").get<std::string>()] =
          run.dump();
    }
    return runs;
  }
};

TEST_F(Killed, ASweepLosesNoPointAndEndsTheSame) {
  const std::vector<std::string> whole = undisturbed();
  std::string name = "0.sqlite";
  std::vector<std::string> before;
  const auto arguments = [&](int i) -> Arguments {
    if (before.size() == tests::kPoints) {  // done; the next begins anew
      name = std::to_string(i) + ".sqlite";
      before.clear();
    }
    return {"sweep", "s.yaml", "-j", "1", "-o", name};
  };
  kill_often(arguments, [&](bool) {
    if (!is_sweep(name)) return;  // killed before it had made the file
    const std::vector<std::string> done = rows(name, true);
    EXPECT_TRUE(std::ranges::includes(done, before)) << "a point that was done is lost";
    EXPECT_TRUE(std::ranges::includes(whole, done)) << "a point has another result";
    before = done;
  });
  EXPECT_EQ(weft("sweep s.yaml -o " + name).status, 0);
  EXPECT_EQ(rows(name), whole);
}

TEST_F(Killed, ARunLeavesWholeFilesAndEndsTheSame) {
  write("x.yaml", kExperiment);
  ASSERT_EQ(weft("run x.yaml -o whole -j 1").status, 0);
  const auto whole = runs_of(folder_ / "whole" / "results.json");
  ASSERT_EQ(whole.size(), 8U);
  const std::filesystem::path out = folder_ / "made";
  int kept = 0;
  const auto arguments = [](int) -> Arguments {
    return {"run", "x.yaml", "-o", "made", "-j", "1"};
  };
  kill_often(arguments, [&](bool ended) {
    if (ended) {
      EXPECT_EQ(runs_of(out / "results.json"), whole);
    } else if (std::filesystem::exists(out / "results.partial.json")) {
      const auto part = runs_of(out / "results.partial.json");
      EXPECT_TRUE(std::ranges::includes(whole, part)) << "a run has another result";
      kept += part.empty() ? 0 : 1;
    }
  });
  EXPECT_GT(kept, 0);
}

}  // namespace
}  // namespace weft
