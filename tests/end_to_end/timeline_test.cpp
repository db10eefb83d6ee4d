// SPDX-License-Identifier: Apache-2.0
// Timelines as Perfetto reads them.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/local_data.h"
#include "tests/support/sanitized.h"
#include "tests/support/weft_command.h"

namespace weft {
namespace {

using Json = nlohmann::json;

class TimelineCommand : public tests::Command {
 protected:
  /// Simulates with a timeline and holds the file against the format.
  void simulate(const std::string& arguments) {
    const tests::Outcome with =
        weft("simulate " + arguments + " --json r.json --timeline t.json --no-values");
    ASSERT_EQ(with.status, 0) << with.err;
    result_ = Json::parse(tests::text_of(folder_ / "r.json"));
    trace_ = Json::parse(tests::text_of(folder_ / "t.json"));
    check_events();
    check_sums();
  }

  /// Every event has ph, ts, pid and tid; stretches have a length, curves have numbers, and what
  /// begins ends.
  void check_events() const {
    int open = 0;
    for (const Json& event : trace_.at("traceEvents")) {
      for (const char* key : {"ph", "ts", "pid", "tid", "name"}) {
        ASSERT_TRUE(event.contains(key)) << event;
      }
      ASSERT_GE(event["ts"].get<double>(), 0) << event;
      const std::string kind = event["ph"];
      ASSERT_THAT(kind, ::testing::AnyOf("X", "C", "M", "B", "E"));
      open += kind == "B" ? 1 : kind == "E" ? -1 : 0;
      if (kind == "X") {
        ASSERT_GT(event.at("dur").get<double>(), 0) << event;
      }
      if (kind == "C") {
        for (const auto& [series, height] : event.at("args").items()) {
          ASSERT_TRUE(height.is_number() && height.get<double>() >= 0) << event;
        }
      }
    }
    EXPECT_EQ(open, 0);
  }

  /// The stretches of each track fill every phase of the result.
  void check_sums() const {
    for (const Json& phase : result_.at("phases")) {
      const double begin = 1e6 * phase["begin_s"].get<double>();
      const double end = 1e6 * phase["end_s"].get<double>();
      std::map<int, double> sums;
      for (const Json& event : trace_.at("traceEvents")) {
        if (event["ph"] != "X" || event["pid"] == 1) continue;
        const double middle = event["ts"].get<double>() + event["dur"].get<double>() / 2;
        if (middle > begin && middle < end)
          sums[event["tid"].get<int>()] += event["dur"].get<double>();
      }
      EXPECT_FALSE(sums.empty());
      for (const auto& [track, sum] : sums)
        EXPECT_NEAR(sum, end - begin, 1e-3 * (end - begin) + 1e-3) << phase << track;
    }
  }

  /// The channels of DRAM together move what the result says, each a share of it.
  void check_channels(size_t channels, double tolerance) const {
    const Json& moved = trace_.at("otherData").at("amounts").at("DRAM channels");
    EXPECT_EQ(moved.size(), channels);
    double sum = 0, most = 0;
    for (const auto& [name, bytes] : moved.items()) {
      sum += bytes.get<double>();
      most = std::max(most, bytes.get<double>());
    }
    const double all =
        result_["dram"]["read_bytes"].get<double>() + result_["dram"]["write_bytes"].get<double>();
    EXPECT_NEAR(sum, all, tolerance * all);
    EXPECT_LT(most, 0.5 * all);
  }

  std::set<std::string> tracks() const { return named("thread_name"); }
  std::set<std::string> units() const { return named("process_name"); }

  std::set<std::string> named(const std::string& what) const {
    std::set<std::string> names;
    for (const Json& event : trace_.at("traceEvents")) {
      if (event["name"] == what) names.insert(event["args"]["name"]);
    }
    return names;
  }

  Json result_;
  Json trace_;
};

constexpr const char* kInput = " -i A=rmat:scale=8,edges=2000,seed=1";

TEST_F(TimelineCommand, OfAFabricHasItsUnits) {
  simulate(std::string("-k smash_v3 -m piuma-smash") + kInput);
  EXPECT_THAT(tracks(),
              ::testing::IsSupersetOf({"phases", "all threads", "pipeline 0, 16 threads",
                                       "pipeline 3, 16 threads", "DMA engine", "controller 0"}));
  // Curves add up to the totals of the result: bytes of DRAM.
  double bytes = 0, before_us = 0, height = 0;
  for (const Json& event : trace_.at("traceEvents")) {
    if (event["name"] != "controller 0 GB/s") continue;
    bytes += height * 1e3 * (event["ts"].get<double>() - before_us);
    before_us = event["ts"];
    height = event["args"]["read"].get<double>() + event["args"]["written"].get<double>();
  }
  const double moved =
      result_["dram"]["read_bytes"].get<double>() + result_["dram"]["write_bytes"].get<double>();
  EXPECT_NEAR(bytes, moved, 0.01 * moved);
}

TEST_F(TimelineCommand, ChangesNothingInTheResult) {
  for (const char* run : {"-k smash_v2 -m piuma-smash", "-k spgemm_row_hash -m piuma-die",
                          "-k spgemm_row_hash -m h200"}) {
    simulate(std::string(run) + kInput);
    const std::string plainly = "simulate --no-values --json plain.json ";
    ASSERT_EQ(weft(plainly + run + kInput).status, 0);
    Json plain = Json::parse(tests::text_of(folder_ / "plain.json"));
    plain.erase("simulator");
    result_.erase("simulator");
    EXPECT_EQ(plain, result_) << run;
  }
}

TEST_F(TimelineCommand, OfSeveralCoresHasTheNetwork) {
  simulate(std::string("-k spgemm_row_hash -m piuma-die") + kInput);
  EXPECT_THAT(tracks(), ::testing::IsSupersetOf({"all links", "controller 1"}));
  simulate(std::string("-k spgemm_row_hash -m piuma-die --set memory.standard=piuma8") + kInput);
  EXPECT_THAT(tracks(), ::testing::IsSupersetOf({"controller 1, channel 0"}));
}

TEST_F(TimelineCommand, OfATileKernelHasItsSms) {
  simulate("-k gemm -m h200 -p M=8192 -p N=8192 -p K=512 -p dtype=fp16");
  EXPECT_THAT(tracks(), ::testing::IsSupersetOf({"SM 0", "SM 131", "slot 0", "L2",
                                                 "DRAM, all channels", "channel 0", "channel 95"}));
  check_channels(96, 0.02);  // equal waves that were not simulated are like those that were
  EXPECT_THAT(units(), ::testing::Contains("CTA slots of SM 16"));
  EXPECT_THAT(trace_["otherData"]["sampling"].get<std::string>(),
              ::testing::HasSubstr("Slots for CTAs are shown of some SMs"));
  EXPECT_LT(std::filesystem::file_size(folder_ / "t.json"), 25U << 20);
}

TEST_F(TimelineCommand, OfEveryTileKernelHasItsChannels) {
  for (const char* kernel :
       {"gemm -p M=300 -p N=200 -p K=100 -p dtype=fp16", "gemm24 -p M=256 -p N=256 -p K=256",
        "bmm -p batch=4 -p M=128 -p N=128 -p K=64"}) {
    simulate(std::string("-m a100-sxm-80gb -k ") + kernel);
    check_channels(40, 1e-9);
  }
}

TEST_F(TimelineCommand, OfARowKernelHasItsSms) {
  simulate(std::string("-k spgemm_row_hash -m h200") + kInput);
  EXPECT_THAT(tracks(), ::testing::IsSupersetOf(
                            {"SM 0", "SM 131", "slot 0", "L2", "channel 0", "channel 95"}));
  check_channels(96, 1e-9);
}

TEST_F(TimelineCommand, OfAnExperimentHasAFileForEachRun) {
  write("e.yaml",
        "experiment: 1\nname: e\nmachines: [piuma-smash]\nkernels: [smash_v2, smash_v3]\n"
        "inputs: {small: {A: 'rmat:scale=6,edges=300,seed=1'}}\n");
  EXPECT_EQ(weft("run e.yaml --out kept --timelines").status, 0);
  for (const char* file :
       {"1_smash_v2_piuma-smash_small.json", "2_smash_v3_piuma-smash_small.json"})
    EXPECT_TRUE(std::filesystem::exists(folder_ / "kept" / "timelines" / file)) << file;
}

TEST_F(TimelineCommand, OfALargeMatrixStaysSmall) {
  const auto matrix = testing_support::local_data("matrices/email-Enron.mtx.gz");
  if (!matrix) GTEST_SKIP() << "the optional local data is absent";
  if (tests::kSanitized)
    GTEST_SKIP() << "a minute under sanitizers, and no code that others do not run";
  simulate("-k smash_v3 -m piuma-smash -i A=" + matrix->string());
  EXPECT_LT(std::filesystem::file_size(folder_ / "t.json"), 50U << 20);
}

}  // namespace
}  // namespace weft
