// SPDX-License-Identifier: Apache-2.0
#include "cli/timeline.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft::cli {
namespace {

using Json = nlohmann::ordered_json;
using sim::Timeline;
using sim::TimelineTrack;

const Json kTimelineResult = {{"kernel", "k"},
                              {"machine", "m"},
                              {"phases",
                               {{{"name", "first"}, {"begin_s", 0.0}, {"end_s", 25e-9}},
                                {{"name", "second"}, {"begin_s", 25e-9}, {"end_s", 100e-9}}}}};

/// A unit with one thread that is busy up to cycle 50 and waits from then on, and moves a byte in
/// each cycle of the first half.
void add_tracks(Timeline& timeline) {
  timeline.add(
      {"core", "thread", TimelineTrack::Kind::States, {"busy", "wait"}, 1, true, "threads", 1},
      [](uint64_t cycle, double* out) {
        out[0] = static_cast<double>(std::min<uint64_t>(cycle, 50));
        out[1] = static_cast<double>(cycle) - out[0];
      });
  timeline.add(
      {"memory", "channel", TimelineTrack::Kind::Amounts, {"moved"}, 1, true, "GB/s", 1e-9},
      [](uint64_t cycle, double* out) {
        out[0] = static_cast<double>(std::min<uint64_t>(cycle, 50));
      });
}

Json events_of(const Timeline& timeline) {
  return Json::parse(trace_events(timeline, kTimelineResult)).at("traceEvents");
}

/// Durations of the stretches of each track, in microseconds, by name of the stretch.
std::map<std::string, std::map<std::string, double>> durations(const Json& events) {
  std::map<std::string, std::map<std::string, double>> tracks;
  std::map<int, std::string> names;
  for (const Json& event : events) {
    if (event.at("name") == "thread_name") names[event.at("tid")] = event["args"]["name"];
    if (event.at("ph") != "X" || event.at("pid") == 1) continue;
    tracks[names.at(event.at("tid"))][event.at("name")] += event.at("dur").get<double>();
  }
  return tracks;
}

TEST(TraceEvents, StretchesAreNamedByTheLongestStateAndFillTheRun) {
  Timeline timeline(10);
  add_tracks(timeline);
  timeline.restart();
  timeline.begin_part(0, 1e-9);
  for (uint64_t cycle = 10; cycle < 100; cycle += 10) timeline.sample(cycle);
  timeline.end_part(100, 1);
  const auto tracks = durations(events_of(timeline));
  EXPECT_NEAR(tracks.at("thread").at("busy"), 0.05, 1e-9);
  EXPECT_NEAR(tracks.at("thread").at("wait"), 0.05, 1e-9);
  EXPECT_NEAR(tracks.at("channel").at("active"), 0.05, 1e-9);
  EXPECT_NEAR(tracks.at("channel").at("idle"), 0.05, 1e-9);
}

TEST(TraceEvents, StretchesAreCutAtPhases) {
  Timeline timeline(10);
  add_tracks(timeline);
  timeline.restart();
  timeline.begin_part(0, 1e-9);
  timeline.end_part(100, 1);
  for (const Json& event : events_of(timeline)) {
    if (event.at("ph") != "X") continue;
    const double begin = event.at("ts"), end = begin + event.at("dur").get<double>();
    EXPECT_TRUE(end <= 0.025 + 1e-9 || begin >= 0.025 - 1e-9) << event;
  }
}

TEST(TraceEvents, CurvesAreRates) {
  Timeline timeline(10);
  add_tracks(timeline);
  timeline.restart();
  timeline.begin_part(0, 1e-9);
  timeline.sample(50);
  timeline.end_part(100, 1);
  std::vector<double> heights;
  for (const Json& event : events_of(timeline)) {
    if (event.at("name") == "GB/s") heights.push_back(event["args"]["moved"]);
  }
  EXPECT_THAT(heights, testing::ElementsAre(1.0, 0.0, 0.0));
}

TEST(Timeline, AnyLengthOfRunGivesABoundedNumberOfSamplesAndLosesNothing) {
  Timeline timeline(1);
  add_tracks(timeline);
  timeline.restart();
  timeline.begin_part(0, 1e-9);
  uint64_t cycle = 0;
  for (int i = 0; i < 100'000; ++i) timeline.sample(cycle += timeline.interval_cycles());
  timeline.end_part(cycle, 1);
  EXPECT_LE(timeline.rows().size(), 4097U);
  EXPECT_GT(timeline.rows().size(), 2000U);
  EXPECT_EQ(timeline.rows().front().at_s, 0);
  EXPECT_EQ(timeline.rows().back().values[0], 50);
  EXPECT_EQ(timeline.rows().back().values[1], static_cast<double>(cycle - 50));
}

TEST(Timeline, SparseTracksAreLeftOutAndNeedNoRoomUntilSomethingHappens) {
  Timeline timeline(1);
  for (int i = 0; i < 100; ++i) {
    TimelineTrack track;
    track.series = {"busy", "idle"};
    track.sparse = true;
    timeline.add(track, [i](uint64_t cycle, double* out) {
      if (i == 0 && cycle > 30'000) out[0] = 1;
      out[1] = static_cast<double>(cycle) - out[0];
    });
  }
  timeline.restart();
  timeline.begin_part(0, 1e-9);
  uint64_t cycle = 0;
  for (int i = 0; i < 20'000; ++i) timeline.sample(cycle += timeline.interval_cycles());
  EXPECT_GT(timeline.rows().size(), 2000U) << "100 tracks in use would leave room for 1600";
  timeline.end_part(cycle, 1);
  EXPECT_TRUE(timeline.is_shown(0));
  EXPECT_FALSE(timeline.is_shown(1));
  EXPECT_EQ(durations(events_of(timeline)).size(), 1U);
}

TEST(Timeline, PartsFollowEachOtherAndStandForMore) {
  Timeline timeline(10);
  add_tracks(timeline);
  timeline.restart();
  timeline.begin_part(0, 1e-9);
  timeline.end_part(20, 1);
  timeline.begin_part(30e-9, 1e-9);
  timeline.sample(10);
  timeline.sample(40);  // after the end, which only then becomes known
  timeline.end_part(20, 3);
  ASSERT_EQ(timeline.rows().size(), 5U);
  EXPECT_NEAR(timeline.rows()[3].at_s, 60e-9, 1e-15);
  EXPECT_NEAR(timeline.rows()[4].at_s, 90e-9, 1e-15);
  EXPECT_EQ(timeline.rows()[4].values[0], 80)
      << "20 of the first part, three times 20 of the other";
  timeline.restart();
  EXPECT_TRUE(timeline.rows().empty());
}

}  // namespace
}  // namespace weft::cli
