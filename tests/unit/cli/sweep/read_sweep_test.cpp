// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/sweep/check_names.h"
#include "cli/sweep/describe.h"
#include "cli/sweep/sweep.h"

namespace weft::cli::sweep {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSweep =
    "sweep: 1\nname: t\nmachine: {machine: piuma-smash, set: {clock_ghz: 2}}\n"
    "kernel: {kernel: smash_v3, set: {about: x}, values: false}\ninputs: {A: a.mtx}\n"
    "axes:\n  - machine.core.mtc.threads: [8, 16]\n  - {input.A: [a, b], size: [1, 2]}\n"
    "exclude: machine.core.mtc.threads > 8 and size == 2\n"
    "objectives: {time: time_s, rate: {maximize: gflops}}\nconstraints: [time < 1]\n"
    "timeout_s: 2.5\n";

std::vector<std::string> messages_of(const std::string& text) {
  base::Diagnostics diagnostics;
  read_sweep(base::read_yaml_text(text, "s.yaml", diagnostics), diagnostics);
  return diagnostics.messages();
}

Sweep read_whole(const std::string& text) {
  base::Diagnostics diagnostics;
  Sweep sweep = read_sweep(base::read_yaml_text(text, "s.yaml", diagnostics), diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  return sweep;
}

TEST(ReadSweep, EveryPartArrives) {
  const Sweep sweep = read_whole(kSweep);
  EXPECT_EQ(sweep.name, "t");
  EXPECT_EQ(sweep.base.machine, "piuma-smash");
  EXPECT_THAT(sweep.base.settings, ElementsAre("clock_ghz=2"));
  EXPECT_THAT(sweep.base.kernel_settings, ElementsAre("about=x"));
  EXPECT_FALSE(sweep.base.values);
  EXPECT_THAT(sweep.base.inputs, ElementsAre("A=a.mtx"));
  EXPECT_THAT(sweep.axis_names(), ElementsAre("machine.core.mtc.threads", "input.A", "size"));
  EXPECT_EQ(sweep.axes.size(), 2U);
  EXPECT_EQ(sweep.exclusions.size(), 1U);
  ASSERT_EQ(sweep.objectives.size(), 2U);
  EXPECT_FALSE(sweep.objectives[0].maximize);
  EXPECT_TRUE(sweep.objectives[1].maximize);
  EXPECT_EQ(sweep.constraints.size(), 1U);
  EXPECT_EQ(sweep.timeout_s, 2.5);
}

TEST(ReadSweep, WhatIsLookedForComesBackFromItsDescription) {
  const Sweep sweep = read_whole(kSweep);
  const Sweep again = described(describe(sweep), "t.sqlite");
  EXPECT_EQ(describe(again)["objectives"], describe(sweep)["objectives"]);
  EXPECT_EQ(again.axis_names(), sweep.axis_names());
  EXPECT_EQ(again.axes.size(), sweep.axes.size());
  EXPECT_EQ(again.constraints.front().text(), "time < 1");
}

TEST(ReadSweep, DefectsAreAllNamed) {
  EXPECT_THAT(
      messages_of("sweep: 2\nname: a/b\nkernl: x\naxes: {x: [1], y: {from: 1, to: 2}}\n"
                  "exclude: 1 +\nobjectives: [tine]\nsample: {randm: 4}\ntimeout_s: -1\n"),
      AllOf(Contains(HasSubstr("sweep: expected version 1")), Contains(HasSubstr("without '/'")),
            Contains(HasSubstr("did you mean 'kernel'?")),
            Contains(HasSubstr("missing key 'machine'")),
            Contains(HasSubstr("expected one of step, steps, factor and log_steps")),
            Contains(HasSubstr("expected a value, found the end")),
            Contains(HasSubstr("did you mean 'time'?")),
            Contains(HasSubstr("did you mean 'random'?")),
            Contains(HasSubstr("a positive number of seconds"))));
}

TEST(ReadSweep, ZippedAxesAreOfOneLength) {
  EXPECT_THAT(messages_of("sweep: 1\nname: t\nmachine: m\nkernel: k\naxes:\n"
                          "  - {machine: [a, b], kernel: [c]}\n  - {machine: [a]}\n"),
              AllOf(Contains(HasSubstr("expected as many values of kernel as of machine, 2")),
                    Contains(HasSubstr("'machine' is an axis already"))));
}

TEST(CheckNames, ExpressionsAndAxesMustNameSomething) {
  Sweep sweep = read_whole(
      "sweep: 1\nname: t\nmachine: m\nkernel: k\n"
      "axes: {thread: [1, 2], machine.sms: [4], size: [1]}\ninputs: {A: 'rmat:scale=${size}'}\n"
      "exclude: [machine.smz > 1, tiem_s > 1]\nobjectives: {time: tine_s, both: time * edp}\n");
  Point first;
  first.axes = {{"thread", 1}, {"machine.sms", 4}, {"size", 1}};
  try {
    check_names(sweep, first, {{"sms", 4}});
    FAIL() << "expected defects";
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.messages(),
                ElementsAre(HasSubstr("found 'thread'"), HasSubstr("unknown name 'machine.smz'"),
                            HasSubstr("unknown name 'tiem_s'; did you mean 'time_s'?"),
                            HasSubstr("unknown name 'tine_s'; did you mean 'time_s'?"),
                            HasSubstr("unknown name 'edp'")));
  }
}

}  // namespace
}  // namespace weft::cli::sweep
